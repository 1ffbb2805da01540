package domain

import (
	"strconv"
	"time"
)

// Kazakhstan is the one time zone of the country since 1 March 2024: UTC+5. Calendar dates in Kopir are dates there.
var Kazakhstan = time.FixedZone("UTC+5", 5*60*60)

// Date is a calendar date in Kazakhstan, as days since 1970-01-01. The zero value means that it is not known.
type Date int32

// DateOf returns the date it is in Kazakhstan at a time.
func DateOf(t time.Time) Date {
	_, offset := t.In(Kazakhstan).Zone()
	return Date((t.Unix() + int64(offset)) / (24 * 60 * 60)) //nolint:gosec // days: no time that is asked for lies 5 million years off
}

// ParseDate returns "2027-03-01" as a date, or malformed, or out_of_range outside the years 2000 to 2199.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, Because(CodeMalformed)
	}
	if y := t.Year(); y < 2000 || y > 2199 {
		return 0, Because(CodeOutOfRange, "2000-01-01", "2199-12-31")
	}
	return Date(t.Unix() / (24 * 60 * 60)), nil //nolint:gosec // within 2000 and 2199
}

// Time returns the midnight, UTC, that carries the date's numbers.
func (d Date) Time() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// String returns the date as "2027-03-01", or nothing when it is not known.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// pointer returns the JSON pointer of element i below at.
func pointer(at string, i int) string { return at + "/" + strconv.Itoa(i) }
