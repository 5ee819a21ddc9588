-- A booked talk can begin: by telephone somebody has a number, by video a mail, a number or an account (which numbers are
-- mobile the application knows), in person there is an address. Asked of new rows, and of old ones when what it depends on
-- changes: what was booked before stays, and whom a talk that is over was with can be forgotten.
CREATE FUNCTION counselling_refuse_unreachable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.status <> 'held' AND NEW.mode = OLD.mode AND NEW.contact_id IS NOT DISTINCT FROM OLD.contact_id
            AND NEW.member_id IS NOT DISTINCT FROM OLD.member_id
        THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.mode = 'phone' AND NOT (
        EXISTS (SELECT FROM notifications_contact WHERE id = NEW.contact_id AND phone <> '')
        OR EXISTS (SELECT FROM accounts_user WHERE id = NEW.member_id AND phone <> '')
    ) OR NEW.mode = 'video' AND NEW.member_id IS NULL AND NOT EXISTS (
        SELECT FROM notifications_contact WHERE id = NEW.contact_id AND (email <> '' OR phone <> '')
    ) THEN
        RAISE EXCEPTION 'nobody could be reached for a talk by %', NEW.mode
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counselling_appointment_reachable';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER counselling_appointment_reachable
    BEFORE INSERT OR UPDATE OF status, mode, contact_id, member_id ON counselling_appointment
    FOR EACH ROW WHEN (
        NEW.kind = 'booked' AND NEW.status = 'booked' AND NEW.mode <> 'in_person' AND NEW.ends_at > now()
    )
    EXECUTE FUNCTION counselling_refuse_unreachable();

CREATE FUNCTION counselling_refuse_unknown_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.mode = OLD.mode AND NEW.shopfront_id = OLD.shopfront_id THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NOT EXISTS (SELECT FROM shopfronts_shopfront WHERE id = NEW.shopfront_id AND address ~ '\S') THEN
        RAISE EXCEPTION 'nobody can come to a shop-front whose address is not known'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counselling_appointment_place_known';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER counselling_appointment_place_known
    BEFORE INSERT OR UPDATE OF mode, shopfront_id ON counselling_appointment
    FOR EACH ROW WHEN (NEW.kind = 'booked' AND NEW.status IN ('held', 'booked') AND NEW.mode = 'in_person')
    EXECUTE FUNCTION counselling_refuse_unknown_place();
