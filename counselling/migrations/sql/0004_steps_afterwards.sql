-- On a later day people may also say how a talk ended that nobody saw. The day is reckoned without the server's tables of
-- zones, which may be stale: by winter's offset, so that in summer it begins at one in the morning.
CREATE OR REPLACE FUNCTION counselling_refuse_illegal_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status || ' ' || NEW.status NOT IN (
        'held booked',
        'booked arrived', 'booked no_show', 'booked cancelled_by_client', 'booked cancelled_by_office', 'booked moved',
        'arrived booked', 'arrived in_session', 'arrived no_show', 'arrived cancelled_by_client',
        'arrived cancelled_by_office',
        'in_session completed', 'in_session arrived',
        'no_show arrived'
    ) AND NOT (
        OLD.status IN ('booked', 'arrived', 'in_session') AND NEW.status IN ('completed', 'no_show')
        AND coalesce(
            date_bin('1 day', OLD.starts_at, '2000-01-01 00:00+02') < date_bin('1 day', NEW.over_at, '2000-01-01 00:00+02'),
            false
        )
    ) THEN
        RAISE EXCEPTION 'an appointment cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counselling_appointment_step';
    END IF;
    RETURN NEW;
END $$;
