#!/bin/sh
# Makes Temporal's two databases where they are missing, and brings their schemas to the version of these tools.
# SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD are read by temporal-sql-tool itself. Safe to run again.
set -eu
SCHEMA_DIR=${SCHEMA_DIR:-/etc/temporal/schema}

bring_up() {
  export SQL_DATABASE=$1
  temporal-sql-tool create-database # content with one that exists
  if said=$(temporal-sql-tool update-schema -d "$2" 2>&1); then
    echo "$1: up to date"
    return
  fi
  # Only a database without any schema is set up: on another one that would make Temporal forget its version.
  if ! echo "$said" | grep -q 'schema_version.* does not exist'; then
    echo "$said" >&2
    exit 1
  fi
  temporal-sql-tool setup-schema -v 0.0
  temporal-sql-tool update-schema -d "$2"
  echo "$1: made"
}

bring_up temporal "$SCHEMA_DIR/postgresql/v12/temporal/versioned"
bring_up temporal_visibility "$SCHEMA_DIR/postgresql/v12/visibility/versioned"
