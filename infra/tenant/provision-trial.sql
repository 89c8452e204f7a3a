-- Makes a trial tenant's own database and role on the instance that trials share. Run by psql 14 or later as the instance's master user,
-- as often as you like: what is there stays, and the password becomes the one given.
--
--   PGHOST PGUSER PGPASSWORD PGDATABASE=mate PGSSLMODE=verify-full    the shared instance
--   DATABASE_NAME DATABASE_USER DATABASE_PASSWORD                     what the tenant gets
--
--   psql --no-psqlrc --set ON_ERROR_STOP=1 --file provision-trial.sql

\set QUIET on
\getenv database DATABASE_NAME
\getenv role DATABASE_USER

-- The password comes in as data, never as part of a statement: statements can end up in the server's log. What the server is told is the
-- SCRAM verifier (RFC 5802, RFC 7677), from which the password cannot be found.
CREATE TEMPORARY TABLE given (password text NOT NULL);
\copy given FROM PROGRAM 'printf "%s\n" "$DATABASE_PASSWORD"'

CREATE FUNCTION pg_temp.hmac(key bytea, message bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  block bytea := CASE WHEN length(key) > 64 THEN sha256(key) ELSE key END;
  inner_pad bytea := '';
  outer_pad bytea := '';
BEGIN
  block := block || decode(repeat('00', 64 - length(block)), 'hex');
  FOR i IN 0..63 LOOP
    inner_pad := inner_pad || set_byte('\x00'::bytea, 0, get_byte(block, i) # 54);
    outer_pad := outer_pad || set_byte('\x00'::bytea, 0, get_byte(block, i) # 92);
  END LOOP;
  RETURN sha256(outer_pad || sha256(inner_pad || message));
END $$;

CREATE FUNCTION pg_temp.scram_verifier(password text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  iterations CONSTANT integer := 4096;
  salt bytea := decode(replace(gen_random_uuid()::text, '-', ''), 'hex');
  block bytea := pg_temp.hmac(convert_to(password, 'UTF8'), salt || '\x00000001'::bytea);
  bits bit(256) := ('x' || encode(block, 'hex'))::bit(256);
  salted bytea := '';
BEGIN
  IF password !~ '^[A-Za-z0-9]{20,}$' THEN
    RAISE EXCEPTION 'DATABASE_PASSWORD must be at least 20 letters and digits';
  END IF;
  FOR i IN 2..iterations LOOP
    block := pg_temp.hmac(convert_to(password, 'UTF8'), block);
    bits := bits # ('x' || encode(block, 'hex'))::bit(256);
  END LOOP;
  FOR i IN 0..31 LOOP
    salted := salted || set_byte('\x00'::bytea, 0, substring(bits FROM 8 * i + 1 FOR 8)::bit(8)::integer);
  END LOOP;
  RETURN format(
    'SCRAM-SHA-256$%s:%s$%s:%s', iterations, encode(salt, 'base64'),
    encode(sha256(pg_temp.hmac(salted, 'Client Key')), 'base64'), encode(pg_temp.hmac(salted, 'Server Key'), 'base64'));
END $$;

SELECT pg_temp.scram_verifier(password) AS verifier FROM given \gset
DROP TABLE given;

SELECT format('CREATE ROLE %I LOGIN NOCREATEDB NOCREATEROLE CONNECTION LIMIT 20', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'role', :'verifier') \gexec

-- A database can only be given to a role that the master user could become.
SELECT format('GRANT %I TO CURRENT_USER', :'role')
WHERE :'role' <> CURRENT_USER
  AND NOT EXISTS (
    SELECT FROM pg_auth_members m
    WHERE m.roleid = (SELECT oid FROM pg_roles WHERE rolname = :'role')
      AND m.member = (SELECT oid FROM pg_roles WHERE rolname = CURRENT_USER)
      -- Since PostgreSQL 16 the maker of a role is its member, but not yet one that may become it.
      AND COALESCE((to_jsonb(m) ->> 'set_option')::boolean, true)
      AND COALESCE((to_jsonb(m) ->> 'inherit_option')::boolean, true)) \gexec

-- Closed until nobody else is allowed in.
SELECT format('CREATE DATABASE %I OWNER %I ALLOW_CONNECTIONS false', :'database', :'role')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'database') \gexec
SELECT format('ALTER DATABASE %I WITH ALLOW_CONNECTIONS true CONNECTION LIMIT 25', :'database') \gexec

-- The databases that belong to everybody and to nobody.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname)
FROM pg_database
WHERE datname IN (current_database(), 'postgres') AND has_database_privilege(:'role', datname, 'CONNECT') \gexec

-- Proof, not hope: the task fails if the tenant could get into anything but its own.
SELECT format('DO $check$ BEGIN RAISE EXCEPTION %L; END $check$',
  format('%s can connect to %s', :'role', string_agg(datname, ', ' ORDER BY datname)))
FROM pg_database
WHERE datname <> :'database' AND datname <> 'rdsadmin' AND datallowconn AND NOT datistemplate
  AND has_database_privilege(:'role', datname, 'CONNECT')
HAVING count(*) > 0 \gexec

SELECT format('database %s is ready for %s', :'database', :'role') AS done \gset
\echo :done
