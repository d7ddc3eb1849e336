"""The store: every port of holdings, ledger, federation and watch, on SQLite and on PostgreSQL."""
