exec bash "$(dirname "$0")/ingest.sh" postgresql
