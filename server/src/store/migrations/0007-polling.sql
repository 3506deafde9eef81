-- Until when the forge was asked what happened; null for one that was never asked about.
alter table repositories add column polled_until timestamptz(3);
