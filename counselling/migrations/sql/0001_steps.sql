-- The table of steps of counselling/states.py, so that no statement can take a step that it does not have.
CREATE FUNCTION counselling_refuse_illegal_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status || ' ' || NEW.status NOT IN (
        'held booked',
        'booked arrived', 'booked no_show', 'booked cancelled_by_client', 'booked cancelled_by_office', 'booked moved',
        'arrived booked', 'arrived in_session', 'arrived no_show', 'arrived cancelled_by_client',
        'arrived cancelled_by_office',
        'in_session completed', 'in_session arrived',
        'no_show arrived'
    ) THEN
        RAISE EXCEPTION 'an appointment cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counselling_appointment_step';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER counselling_appointment_step
    BEFORE UPDATE OF status ON counselling_appointment
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION counselling_refuse_illegal_step();

CREATE FUNCTION counselling_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the steps of an appointment are not changed' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER counselling_appointmentstep_fixed
    BEFORE UPDATE ON counselling_appointmentstep
    FOR EACH ROW EXECUTE FUNCTION counselling_refuse_change();
