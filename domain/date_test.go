package domain_test

import (
	"testing"
	"time"

	"kopir/domain"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// noon is a quiet moment: noon in Kazakhstan on 1 December 2026.
var noon = time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC)

func TestTheDateIsThatOfKazakhstan(t *testing.T) {
	for at, want := range map[string]string{
		"2026-12-01T00:00:00Z":        "2026-12-01",
		"2026-12-01T18:59:59.999999Z": "2026-12-01", // one microsecond before midnight there
		"2026-12-01T19:00:00Z":        "2026-12-02", // midnight there
		"2026-12-01T19:30:00Z":        "2026-12-02", // tomorrow there, today in Greenwich
		"2026-12-01T23:59:59Z":        "2026-12-02",
		"2026-12-31T19:00:00Z":        "2027-01-01", // a new year
		"2028-02-28T19:00:00Z":        "2028-02-29", // a leap day
		"2026-12-02T00:30:00+05:00":   "2026-12-02",
		"2026-12-02T00:30:00+09:00":   "2026-12-01", // still yesterday there
		"2038-01-19T03:14:08Z":        "2038-01-19", // past the end of 32 bits
	} {
		now, err := time.Parse(time.RFC3339Nano, at)
		require.NoError(t, err)
		require.Equal(t, want, domain.DateOf(now).String(), at)
	}
}

func TestDatesReadAndWriteAlike(t *testing.T) {
	first, last := day("2000-01-01"), day("2199-12-31")
	rapid.Check(t, func(t *rapid.T) {
		d := domain.Date(rapid.Int32Range(int32(first), int32(last)).Draw(t, "date"))
		back, err := domain.ParseDate(d.String())
		require.NoError(t, err)
		require.Equal(t, d, back)
		require.Equal(t, d, domain.DateOf(d.Time()), "midnight UTC is five in the morning of the same date")
		require.Equal(t, d.Time().AddDate(0, 0, 3), d.AddDays(3).Time())
	})
	require.Empty(t, domain.Date(0).String(), "not known")
}

func TestADateIsWrittenInFull(t *testing.T) {
	for _, s := range []string{"", "2027-3-1", "2027-03-32", "2027-02-29", "01.03.2027", "2027-03-01T00:00:00Z", " 2027-03-01", "２０２７-03-01"} {
		_, err := domain.ParseDate(s)
		require.Equal(t, domain.Because(domain.CodeMalformed), err, s)
	}
	for _, s := range []string{"1999-12-31", "2200-01-01", "0001-01-01", "1970-01-01"} {
		_, err := domain.ParseDate(s)
		require.Equal(t, domain.Because(domain.CodeOutOfRange, "2000-01-01", "2199-12-31"), err, s)
	}
	_, err := domain.ParseDate("2028-02-29")
	require.NoError(t, err)
}

// day returns a date that is known to be right.
func day(s string) domain.Date {
	d, err := domain.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}
