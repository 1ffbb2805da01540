package domain

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
)

// LetterKind says what a letter is about.
type LetterKind string

// The kinds of letters. What each says stands in letterWords, in three languages.
const (
	LetterConfirmEmail    LetterKind = "confirm_email"    // to who registered, with a code that proves the address
	LetterAddressKnown    LetterKind = "address_known"    // to who has an account and registered again, or somebody did
	LetterResetPassword   LetterKind = "reset_password"   // with a code that sets another password
	LetterNoAccount       LetterKind = "no_account"       // to who asked for that and has no account, or somebody did
	LetterPasswordChanged LetterKind = "password_changed" // to the owner of an account, after the fact
	LetterIdentityLinked  LetterKind = "identity_linked"  // the same; its fact is the name of the provider
	LetterKeyMade         LetterKind = "key_made"         // to an organisation's owners; facts: organisation, name of the key, until when
	LetterKeyExpires      LetterKind = "key_expires"      // the same
	LetterSecondFactorOn  LetterKind = "second_factor_on"
	LetterSecondFactorOff LetterKind = "second_factor_off"
	LetterHidden          LetterKind = "hidden"           // to the owners of an organisation: title, its name, reason
	LetterRestored        LetterKind = "restored"         // likewise
	LetterReportHidden    LetterKind = "report_hidden"    // to whoever reported: title, reason
	LetterReportNoAction  LetterKind = "report_no_action" // likewise
	LetterReportDeleted   LetterKind = "report_deleted"   // likewise, without a reason
	LetterInvitation      LetterKind = "invitation"       // to whoever is to join an organisation; facts are its name and the role

	// To whoever proposed something for the catalogue: the name of the competence, reason.
	LetterProposalApproved LetterKind = "proposal_approved"
	LetterProposalRejected LetterKind = "proposal_rejected"

	// To the owners of an organisation; facts are its name, and of a rejection the reason.
	LetterVerified LetterKind = "organisation_verified"
	LetterRejected LetterKind = "organisation_rejected"
	// About a claim; facts are the name of the verified organisation and, of the first two, the reason.
	LetterClaimGranted LetterKind = "claim_granted" // to the claimants
	LetterClaimLost    LetterKind = "claim_lost"    // to those who were members until then
	LetterClaimRefused LetterKind = "claim_refused" // to the owners of the verified organisation
)

// letterTime is how letters tell a time.
const letterTime = "2006-01-02 15:04 (UTC-07:00)"

// Letter is mail to somebody, waiting to be sent. It holds no secret: the code that it carries is made from Code when it
// is sent.
type Letter struct {
	ID        uuid.UUID
	Kind      LetterKind
	To        string   // an address as ParseEmail returns it
	Language  Language // "" means Russian
	Facts     []string // what its sentences speak of, in their order
	Code      uuid.UUID
	ValidTo   time.Time // when the code runs out; zero without one
	CreatedAt time.Time
	Attempts  int // the one under way included
}

// Codes makes and reads the codes that prove that somebody has read a letter. They follow from a secret and an id, so
// that none need be kept; whoever reads one looks up whether its id is still good for anything.
type Codes interface {
	// Code returns the code of an id, for one kind of letter.
	Code(kind LetterKind, id uuid.UUID) string
	// ParseCode returns the id of a code that is for this kind of letter, and whether it is one.
	ParseCode(kind LetterKind, code string) (uuid.UUID, bool)
}

// Letterbox is where letters wait until they are sent.
type Letterbox interface {
	// TakeLetters returns letters that are due, at most limit, and keeps them from others until a time: whoever took them
	// drops them or puts them off before. It counts as an attempt.
	TakeLetters(ctx context.Context, now, until time.Time, limit int) ([]Letter, error)
	// PutOff has a letter tried again at a time.
	PutOff(ctx context.Context, letter uuid.UUID, until time.Time) error
	// DropLetter takes out a letter that has been sent, or will never be.
	DropLetter(ctx context.Context, letter uuid.UUID) error
}

// Message is a letter as it is sent: plain text.
type Message struct {
	ID       uuid.UUID // of the letter: whoever sends it twice sends the same message
	Kind     LetterKind
	To       string
	Language Language
	Subject  string
	Body     string // lines end with \n
	At       time.Time
}

// Post writes letters out.
type Post struct {
	codes  Codes
	api    string
	people string
}

// NewPost returns what writes letters. api is where the API is reached; people, where people use it in a browser, "" if
// nowhere: letters link to <people>/<kind>#code=…, and tell the code itself where there is no such place.
func NewPost(codes Codes, api, people string) *Post {
	return &Post{codes: codes, api: api, people: strings.TrimSuffix(people, "/")}
}

// Message writes a letter out.
func (p *Post) Message(l Letter) Message {
	if l.Language.Base() != Kazakh && l.Language.Base() != English {
		l.Language = Russian
	}
	w := letters[l.Kind]
	facts := make([]any, 0, len(l.Facts))
	for _, fact := range l.Facts {
		facts = append(facts, fact)
	}
	paragraphs := []string{fmt.Sprintf(w.body.exactly(l.Language), facts...)}
	if l.Code != uuid.Nil {
		paragraphs = append(paragraphs, p.code(l, w.where))
	}
	if w.unexpected {
		paragraphs = append(paragraphs, letterEnds.unexpected.exactly(l.Language))
	}
	paragraphs = append(paragraphs, fmt.Sprintf(letterEnds.signed.exactly(l.Language), p.api))
	return Message{
		ID: l.ID, Kind: l.Kind, To: l.To, Language: l.Language.Base(), At: l.CreatedAt,
		Subject: w.subject.exactly(l.Language), Body: strings.Join(paragraphs, "\n\n") + "\n",
	}
}

// code is the paragraph with the code of a letter.
func (p *Post) code(l Letter, where string) string {
	code := p.codes.Code(l.Kind, l.Code)
	until := l.ValidTo.In(Kazakhstan).Format(letterTime)
	if p.people == "" {
		return fmt.Sprintf(letterEnds.code.exactly(l.Language), code, where, until)
	}
	page := p.people + "/" + strings.ReplaceAll(string(l.Kind), "_", "-") + "#code=" + url.QueryEscape(code)
	return fmt.Sprintf(letterEnds.link.exactly(l.Language), page, until)
}

// writeTo sends people a letter, to each with the facts in their language.
func writeTo(ctx context.Context, tx Tx, to []Member, kind LetterKind, at time.Time, facts func(Language) []string) error {
	for _, one := range to {
		l := Letter{ID: uuid.Must(uuid.NewV7()), Kind: kind, To: one.Email, Language: one.Language, Facts: facts(one.Language), CreatedAt: at}
		if err := tx.SendLetter(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// writeToOwners is writeTo for the owners of an organisation.
func writeToOwners(ctx context.Context, tx Tx, organisation uuid.UUID, kind LetterKind, at time.Time, facts func(Language) []string) error {
	owners, _, err := tx.Members(ctx, MemberList{Organisation: organisation, Role: Owner})
	if err != nil {
		return err
	}
	return writeTo(ctx, tx, owners, kind, at, facts)
}
