-- learn: the leads behind the figures of reports that are kept (calibration, replay). A bucket is a part of one report, named by its
-- maker; place is the order in which its list is shown.

CREATE TABLE report_lead (
    report_id    INTEGER NOT NULL,
    bucket       TEXT NOT NULL,
    place        INTEGER NOT NULL,
    lead_id      INTEGER NOT NULL,
    mark         INTEGER NOT NULL,       -- 0 none, 1 too young, 2 not bought, 3 bought
    PRIMARY KEY (report_id, bucket, place)
);
