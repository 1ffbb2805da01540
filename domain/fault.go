package domain

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of failure an Error is; each edge translates it once.
type Kind uint8

// The kinds of failure.
const (
	Invalid         Kind = iota + 1 // readable, but against a rule; Faults name the places
	NotFound                        // not there, or not yours to know of
	Forbidden                       // visible, but not yours to change
	Conflict                        // against the state the thing is in
	Stale                           // somebody changed it since you read it
	Unauthenticated                 // who you are is not known
	Unavailable                     // cannot be answered now, may be later
	Throttled                       // too often; try again later
)

// Error is the one error that domain verbs return on purpose. Anything else that comes out of a verb is a defect or an
// outage, and its text is nobody's business outside the log.
type Error struct {
	Kind   Kind
	Reason Reason
	Faults []Fault // with Invalid: every place that is wrong, not only the first
}

// Fault is one thing wrong with an input and the place of it, as a JSON pointer ("/requirements/0/level").
type Fault struct {
	Pointer string
	Reason  Reason
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Reason.In(English))
	for _, f := range e.Faults {
		fmt.Fprintf(&b, "; %s: %s", f.Pointer, f.Reason.In(English))
	}
	return b.String()
}

// Fail returns an Error of a kind, for a reason.
func Fail(kind Kind, code Code, args ...any) *Error {
	return &Error{Kind: kind, Reason: Reason{Code: code, Args: args}}
}

// later is an Error that says how long to wait before trying again.
type later struct {
	public *Error
	wait   time.Duration
}

func (l later) Error() string { return l.public.Error() }

// RetryAfter returns how long to wait.
func (l later) RetryAfter() time.Duration { return l.wait }

func (l later) Unwrap() error { return l.public }

// KindOf returns the kind of a domain error anywhere in err's chain, or 0.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// Faults collects what is wrong with one input, so that all of it is told at once.
type Faults struct {
	list []Fault
}

// Add notes a fault at a place.
func (f *Faults) Add(pointer string, code Code, args ...any) {
	f.list = append(f.list, Fault{Pointer: pointer, Reason: Reason{Code: code, Args: args}})
}

// Check notes err, if it is a Reason, at a place; it reports whether there was nothing to note.
func (f *Faults) Check(pointer string, err error) bool {
	if err == nil {
		return true
	}
	var r Reason
	if !errors.As(err, &r) {
		r = Reason{Code: CodeMalformed}
	}
	f.list = append(f.list, Fault{Pointer: pointer, Reason: r})
	return false
}

// Err returns nil, or one Invalid error with all the faults.
func (f *Faults) Err() error {
	if len(f.list) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Reason: Reason{Code: CodeInvalid, Args: []any{len(f.list)}}, Faults: f.list}
}
