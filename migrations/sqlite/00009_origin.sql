-- +goose Up
-- Nothing: whoever reads the log of a file begins from its head, and a file that was put back is a log of its own state.
SELECT 1;
