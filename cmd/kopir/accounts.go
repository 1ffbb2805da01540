package main

import "context"

// accountsCommand is how an operator helps people with their accounts.
type accountsCommand struct {
	SecondFactorOff secondFactorOffCommand `cmd:"" help:"Turn a second factor off: somebody has lost the app and the recovery codes."`
}

// secondFactorOffCommand turns a second factor off.
type secondFactorOffCommand struct {
	Email string `arg:"" help:"The e-mail address of the account."`
}

// Run turns it off and says so.
func (c *secondFactorOffCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	return within(ctx, cfg, t, func(a *app) error {
		accounts, _, err := a.accounts(ctx)
		if err != nil {
			return err
		}
		if err := accounts.DropSecondFactor(ctx, operator, c.Email); err != nil {
			return err
		}
		t.say("The second factor is off, and a letter tells the owner: the password alone opens the account.")
		return nil
	})
}
