package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"kopir/domain"
)

// stampForm is how times are written on both engines: of one length, so that SQLite's text sorts by time.
const stampForm = "2006-01-02T15:04:05.000000Z"

// stamp is a time in a row: UTC, microseconds; the zero time is NULL.
type stamp time.Time

// Value writes the time as text, which both engines take.
func (s stamp) Value() (driver.Value, error) {
	t := time.Time(s)
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC().Format(stampForm), nil
}

// Scan reads text from SQLite and times from Postgres.
func (s *stamp) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s = stamp{}
	case time.Time:
		*s = stamp(v.UTC())
	case string:
		t, err := time.Parse(stampForm, v)
		if err != nil {
			return fmt.Errorf("a time in a row: %w", err)
		}
		*s = stamp(t)
	default:
		return fmt.Errorf("a time in a row is a %T", v)
	}
	return nil
}

func (s stamp) time() time.Time { return time.Time(s) }

// day is a date in a row; 0 is NULL.
type day domain.Date

// Value writes the date as ISO text, which both engines take.
func (d day) Value() (driver.Value, error) {
	if d == 0 {
		return nil, nil
	}
	return domain.Date(d).String(), nil
}

// Scan reads text from SQLite and times from Postgres.
func (d *day) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = 0
	case time.Time:
		*d = dayOf(v)
	case string:
		t, err := time.Parse(time.DateOnly, v)
		if err != nil {
			return fmt.Errorf("a date in a row: %w", err)
		}
		*d = dayOf(t)
	default:
		return fmt.Errorf("a date in a row is a %T", v)
	}
	return nil
}

// UnmarshalJSON reads a date or null.
func (d *day) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == nil {
		*d = 0
		return nil
	}
	return d.Scan(*s)
}

// dayOf returns the date that a midnight in UTC carries.
func dayOf(t time.Time) day { return day(t.Unix() / (24 * 60 * 60)) } //nolint:gosec // a column of dates ends long before

// word is a short text that may be absent; "" is NULL.
type word string

// Value writes "" as NULL.
func (w word) Value() (driver.Value, error) {
	if w == "" {
		return nil, nil
	}
	return string(w), nil
}

// Scan reads NULL as "".
func (w *word) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*w = ""
	case string:
		*w = word(v)
	default:
		return fmt.Errorf("a text in a row is a %T", v)
	}
	return nil
}

// number is one that may be unknown; 0 is NULL.
type number int64

// Value writes 0 as NULL.
func (n number) Value() (driver.Value, error) {
	if n == 0 {
		return nil, nil
	}
	return int64(n), nil
}

// Scan reads NULL as 0.
func (n *number) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*n = 0
	case int64:
		*n = number(v)
	default:
		return fmt.Errorf("a number in a row is a %T", v)
	}
	return nil
}

// list is a small set of words in one column, as a JSON array. It reads back as it was, never nil.
type list[T ~string] []T

// Value writes a JSON array, also of nothing.
func (l list[T]) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	return document(l)
}

// Scan reads a JSON array.
func (l *list[T]) Scan(v any) error {
	*l = list[T]{}
	return undocument(v, l)
}

// folded is a list of children that a query has folded into one JSON array of arrays; no children are NULL.
type folded[T any] []T

// Scan reads the array.
func (f *folded[T]) Scan(v any) error {
	*f = folded[T]{}
	return undocument(v, f)
}

func document(v any) (driver.Value, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// undocument reads JSON from a column into to; NULL leaves it as it is.
func undocument(v, to any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), to)
	case []byte:
		return json.Unmarshal(v, to)
	default:
		return fmt.Errorf("a document in a row is a %T", v)
	}
}

// unfold reads one JSON array into fields, in order: how a child that was folded comes back.
func unfold(b []byte, fields ...any) error { return json.Unmarshal(b, &fields) }

// text is what people read, as three columns.
type text struct {
	KK string `gorm:"column:kk"`
	RU string `gorm:"column:ru"`
	EN string `gorm:"column:en"`
}
