package main

import (
	"context"
	"time"

	"kopir/auth"
	"kopir/domain"
)

// keysCommand is what an operator does with the keys that sign access tokens.
type keysCommand struct {
	Rotate keysRotateCommand `cmd:"" help:"Make a new signing key. Nobody is logged out, and no server needs a restart."`
}

// keysRotateCommand makes a new signing key.
type keysRotateCommand struct {
	DistrustOld bool `help:"Refuse what the keys until now have signed, at once: somebody else may have them."`
}

// Run makes the key and says from when it signs.
func (c *keysRotateCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	return within(ctx, cfg, t, func(a *app) error {
		secret, err := a.cfg.secret()
		if err != nil {
			return err
		}
		var r auth.Rotation
		err = domain.RotateKeys(ctx, a.store, time.Now(), func(ctx context.Context) (string, error) {
			r, err = auth.Rotate(ctx, a.store, secret, c.DistrustOld, time.Now())
			return r.Key, err
		})
		if err != nil {
			return err
		}
		at := func(when time.Time) string { return when.In(domain.Kazakhstan).Format("15:04:05") }
		if c.DistrustOld {
			t.say("Key %s signs now. Within half a minute every server refuses the access tokens of the keys before it; "+
				"whoever is signed in gets new ones for their refresh token.", r.Key)
			return nil
		}
		t.say("Key %s signs from %s on. Access tokens of the keys before it are taken until %s (Kazakhstan), when the last has run out.",
			r.Key, at(r.SignsFrom), at(r.Until))
		return nil
	})
}
