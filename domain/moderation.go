package domain

import "time"

// Hiding says that an administrator has taken something out of the public's sight, and why.
type Hiding struct {
	Reason string
	At     time.Time
}

// forbids returns Conflict where there is a hiding: what is hidden can be neither published nor deleted.
func (h *Hiding) forbids() error {
	if h != nil {
		return Fail(Conflict, CodeHidden)
	}
	return nil
}

// hide begins a hiding where there is none. It returns Conflict where there is one.
func hide(at **Hiding, reason string, now time.Time) error {
	if err := (*at).forbids(); err != nil {
		return err
	}
	*at = &Hiding{Reason: reason, At: now}
	return nil
}

// restore ends a hiding. It returns Conflict where there is none.
func restore(at **Hiding) error {
	if *at == nil {
		return Fail(Conflict, CodeNotHidden)
	}
	*at = nil
	return nil
}

// parseReason returns a reason that somebody is told, or Invalid if it is none.
func parseReason(reason string) (string, error) {
	var f Faults
	reason = requiredText(&f, "/reason", reason, MaxReason, true)
	return reason, f.Err()
}
