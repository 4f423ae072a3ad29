-- A ledger in PostgreSQL that does the work of ours, as its users would write it: ids are the
-- client's and idempotent, no account may owe more than its limit, references are indexed, and
-- every transfer is answered with a status. Set-based where that is safe, so that it is quick.
--
-- Status: 0 created, 1 exists, 2 exists_differently, 3 an account is unknown, 4 exceeds the limit.

CREATE TABLE account (
  id            bigint PRIMARY KEY,
  asset         integer NOT NULL,
  debits        bigint NOT NULL DEFAULT 0,
  credits       bigint NOT NULL DEFAULT 0,
  debt_max      bigint NOT NULL  -- debits may exceed credits by so much
) WITH (fillfactor = 50);  -- room for updates within the page (HOT)

CREATE TABLE transfer (
  id             bigint PRIMARY KEY,
  debit_account  bigint NOT NULL,
  credit_account bigint NOT NULL,
  amount         bigint NOT NULL CHECK (amount > 0),
  reference      bigint NOT NULL,
  code           smallint NOT NULL,
  at             timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX transfer_reference ON transfer (reference);

-- One transfer. Rows are locked in the order of ids, so that two never wait for each other.
CREATE FUNCTION make_transfer(p_id bigint, p_debit bigint, p_credit bigint, p_amount bigint,
                              p_reference bigint, p_code smallint) RETURNS smallint
LANGUAGE plpgsql AS $$
DECLARE
  old transfer;
  is_free boolean;
BEGIN
  INSERT INTO transfer (id, debit_account, credit_account, amount, reference, code)
  VALUES (p_id, p_debit, p_credit, p_amount, p_reference, p_code)
  ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO old FROM transfer WHERE id = p_id;
    IF (old.debit_account, old.credit_account, old.amount, old.reference, old.code) =
       (p_debit, p_credit, p_amount, p_reference, p_code) THEN
      RETURN 1;
    END IF;
    RETURN 2;
  END IF;
  IF p_credit < p_debit THEN
    UPDATE account SET credits = credits + p_amount WHERE id = p_credit;
    is_free := FOUND;
  END IF;
  UPDATE account SET debits = debits + p_amount
  WHERE id = p_debit AND debits + p_amount - credits <= debt_max;
  IF NOT FOUND OR NOT coalesce(is_free, true) THEN
    RAISE EXCEPTION USING errcode = 'HQ001';
  END IF;
  IF p_credit > p_debit THEN
    UPDATE account SET credits = credits + p_amount WHERE id = p_credit;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING errcode = 'HQ001';
    END IF;
  END IF;
  RETURN 0;
EXCEPTION WHEN SQLSTATE 'HQ001' THEN  -- all of it is undone
  IF (SELECT count(*) FROM account WHERE id IN (p_debit, p_credit)) < 2 THEN
    RETURN 3;
  END IF;
  RETURN 4;
END $$;

-- A batch. Where no account could come over its limit in any order of it, and all are new and
-- known, it is done with three statements; else one by one.
CREATE FUNCTION make_transfers(p_ids bigint[], p_debits bigint[], p_credits bigint[],
                               p_amounts bigint[], p_references bigint[], p_code smallint)
RETURNS smallint[] LANGUAGE plpgsql AS $$
DECLARE
  made bigint;
  touched bigint;
  wanted bigint;
  statuses smallint[] := '{}';
  i integer;
BEGIN
  BEGIN
    INSERT INTO transfer (id, debit_account, credit_account, amount, reference, code)
    SELECT w.id, w.debit, w.credit, w.amount, w.reference, p_code
    FROM unnest(p_ids, p_debits, p_credits, p_amounts, p_references)
         AS w (id, debit, credit, amount, reference)
    ON CONFLICT (id) DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    IF made < cardinality(p_ids) THEN
      RAISE EXCEPTION USING errcode = 'HQ002';
    END IF;
    WITH moved AS (
      SELECT id, sum(d) AS debits, sum(c) AS credits
      FROM (SELECT unnest(p_debits) AS id, unnest(p_amounts) AS d, 0 AS c
            UNION ALL
            SELECT unnest(p_credits), 0, unnest(p_amounts)) AS sides
      GROUP BY id
    ), changed AS (
      UPDATE account AS a SET debits = a.debits + m.debits, credits = a.credits + m.credits
      FROM moved AS m
      WHERE a.id = m.id AND a.debits + m.debits - a.credits <= a.debt_max
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM changed) INTO wanted, touched;
    IF touched < wanted THEN
      RAISE EXCEPTION USING errcode = 'HQ002';
    END IF;
    RETURN array_fill(0::smallint, ARRAY[cardinality(p_ids)]);
  EXCEPTION WHEN SQLSTATE 'HQ002' THEN  -- undone; one by one
    NULL;
  END;
  FOR i IN 1 .. cardinality(p_ids) LOOP
    statuses := statuses || make_transfer(p_ids[i], p_debits[i], p_credits[i], p_amounts[i],
                                          p_references[i], p_code);
  END LOOP;
  RETURN statuses;
END $$;

-- What the functions say of good and bad transfers; an error where that is not so.
CREATE PROCEDURE check_ledger() LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO account (id, asset, debt_max) VALUES (-1, 1, 10), (-2, 1, 10);
  ASSERT make_transfer(-1, -1, -2, 6, 0, 1::smallint) = 0, 'created';
  ASSERT make_transfer(-1, -1, -2, 6, 0, 1::smallint) = 1, 'exists';
  ASSERT make_transfer(-1, -1, -2, 7, 0, 1::smallint) = 2, 'exists differently';
  ASSERT make_transfer(-2, -1, -3, 1, 0, 1::smallint) = 3, 'unknown';
  ASSERT make_transfer(-2, -1, -2, 5, 0, 1::smallint) = 4, 'exceeds';
  ASSERT make_transfers('{-2,-3}', '{-1,-2}', '{-2,-1}', '{2,3}', '{0,0}', 1::smallint) = '{0,0}',
    'a good batch';
  ASSERT make_transfers('{-4,-3,-5}', '{-1,-2,-1}', '{-2,-1,-2}', '{2,3,20}', '{0,0,0}',
                        1::smallint) = '{0,1,4}', 'a mixed batch';
  ASSERT (SELECT array_agg(debits ORDER BY id) FROM account WHERE id < 0) = '{3,10}', 'balances';
  DELETE FROM transfer WHERE id < 0;
  DELETE FROM account WHERE id < 0;
END $$;
