package main

import (
	"context"
	"time"

	"kopir/auth"
	"kopir/domain"
	"kopir/jobs"
	"kopir/jobs/mail"
)

// mailEvery is how often a replica looks for letters.
const mailEvery = time.Second

// codes makes and reads the codes in letters.
func (a *app) codes() (*auth.Codes, error) {
	secret, err := a.cfg.secret()
	if err != nil {
		return nil, err
	}
	return auth.NewCodes(secret)
}

// mailLoop is the service that sends letters.
func (a *app) mailLoop(ctx context.Context) (jobs.Loop, error) {
	codes, err := a.codes()
	if err != nil {
		return jobs.Loop{}, err
	}
	sender, err := a.sender(ctx)
	if err != nil {
		return jobs.Loop{}, err
	}
	round := mail.Round{
		Letters: a.store, Post: domain.NewPost(codes, a.cfg.PublicURL, a.cfg.AppURL), Sender: sender, Clock: time.Now, Logger: a.log,
	}
	return jobs.Loop{Name: "mail", Every: mailEvery, Logger: a.log, Step: round.Step}, nil
}

// sender is where letters go.
func (a *app) sender(ctx context.Context) (mail.Sender, error) {
	outbox := a.cfg.outbox()
	if outbox == "" {
		return mail.NewSMTP(a.cfg.SMTPURL, a.cfg.MailFrom)
	}
	if a.cfg.DatabaseURL != "" {
		a.log.WarnContext(ctx, "KOPIR_SMTP_URL is not set: nobody gets mail, letters are written into a folder of this machine", "folder", outbox)
	}
	return mail.Folder{Path: outbox}, nil
}
