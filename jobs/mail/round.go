package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kopir/domain"
)

const (
	atOnce = 20
	// held is how long a letter is kept from others while it is sent; patience, how long one may take.
	held     = 10 * time.Minute
	patience = 20 * time.Second
	// firstPause is how long after a failure a letter is tried again; it doubles up to longestPause.
	firstPause   = time.Minute
	longestPause = time.Hour
	// giveUp is how long a letter is tried.
	giveUp = 24 * time.Hour
)

// ErrRefused is why a letter will never be taken: its address, or what it says.
var ErrRefused = errors.New("the letter was refused for good")

// Sender takes a message to where it is going. It returns an error that is ErrRefused if there is no use in trying again.
type Sender interface {
	Send(ctx context.Context, m domain.Message) error
}

// Round is the step that sends what is due.
type Round struct {
	Letters domain.Letterbox
	Post    *domain.Post
	Sender  Sender
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Step sends letters that are due and says whether there may be more. What could not be sent is put off, and dropped
// when it was refused, has run out or is a day old. It fails only if the letterbox does: a letter never holds up others.
// Addresses are never logged.
func (r Round) Step(ctx context.Context) (more bool, err error) {
	now := r.Clock()
	letters, err := r.Letters.TakeLetters(ctx, now, now.Add(held), atOnce)
	if err != nil {
		return false, err
	}
	for _, l := range letters {
		if err := r.deliver(ctx, l); err != nil {
			return false, err
		}
	}
	return len(letters) == atOnce, nil
}

func (r Round) deliver(ctx context.Context, l domain.Letter) error {
	failure := r.send(ctx, l)
	if ctx.Err() != nil { // it stops: the next one to take the letter sends it, if it has not gone out
		return r.Letters.PutOff(context.WithoutCancel(ctx), l.ID, r.Clock())
	}
	now := r.Clock()
	pause := min(firstPause<<min(l.Attempts-1, 10), longestPause)
	switch {
	case failure == nil:
		return r.Letters.DropLetter(ctx, l.ID)
	case errors.Is(failure, ErrRefused), now.Add(pause).Sub(l.CreatedAt) > giveUp, !l.ValidTo.IsZero() && now.Add(pause).After(l.ValidTo):
		r.Logger.ErrorContext(ctx, "a letter was given up", "letter", l.ID, "kind", l.Kind, "attempts", l.Attempts, "error", failure)
		return r.Letters.DropLetter(ctx, l.ID)
	}
	r.Logger.WarnContext(ctx, "a letter could not be sent", "letter", l.ID, "kind", l.Kind, "attempts", l.Attempts, "again_in", pause, "error", failure)
	return r.Letters.PutOff(ctx, l.ID, now.Add(pause))
}

// send writes a letter out and sends it; a panic is that letter's failure alone.
func (r Round) send(ctx context.Context, l domain.Letter) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return r.Sender.Send(ctx, r.Post.Message(l))
}
