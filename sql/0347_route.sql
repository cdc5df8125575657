-- route: read once, needed no more.

DROP VIEW v_given;
