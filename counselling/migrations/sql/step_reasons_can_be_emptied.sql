-- What a colleague wrote at a step may name the client: it is emptied when the client is forgotten, never changed.
CREATE OR REPLACE FUNCTION counselling_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reason = '' AND (to_jsonb(NEW) - 'reason') = (to_jsonb(OLD) - 'reason') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the steps of an appointment are not changed' USING ERRCODE = 'restrict_violation';
END $$;
