package domain

import (
	"context"
	"iter"
	"time"

	"github.com/google/uuid"
)

// Reader reads the market. Every method that asks for one thing returns a NotFound error if it is not there; nothing
// here knows who may see what.
type Reader interface {
	// AtOnce calls read with a reader, which may give out what it has kept, and returns what read returned once all that it
	// was given is known to have been so at a time after AtOnce began. Until then read may have to begin anew: what it does
	// must not show but in what it leaves in the end.
	AtOnce(ctx context.Context, read func(Reader) error) error

	Account(ctx context.Context, id uuid.UUID) (*Account, error)
	AccountByEmail(ctx context.Context, email string) (*Account, error)
	Person(ctx context.Context, account uuid.UUID) (*Person, error)
	Accounts(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Account, error)
	// Sessions lists the sessions of an account that can get new tokens, the one used last first.
	Sessions(ctx context.Context, account uuid.UUID, now time.Time) ([]LoginSession, error)
	AccountByIdentity(ctx context.Context, issuer, subject string) (*Account, error)
	// Identities lists who an account is elsewhere, the one linked first first.
	Identities(ctx context.Context, account uuid.UUID) ([]Identity, error)

	Organisation(ctx context.Context, id uuid.UUID) (*Organisation, error)
	// OrganisationByRegistration finds by number: the verified one first, else the oldest.
	OrganisationByRegistration(ctx context.Context, r Registration) (*Organisation, error)
	Organisations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Organisation, error)
	ListOrganisations(ctx context.Context, q OrganisationList) ([]*Organisation, int, error)
	// Holders returns, for those of some organisations that are not verified and whose registration a verified one has, that one.
	Holders(ctx context.Context, claims []uuid.UUID) (map[uuid.UUID]*Organisation, error)
	Member(ctx context.Context, organisation, account uuid.UUID) (*Member, error)
	Members(ctx context.Context, q MemberList) ([]Member, int, error)
	Invitation(ctx context.Context, id uuid.UUID) (*Invitation, error)
	// OpenInvitations lists those of an organisation that can be accepted at a time, newest first.
	OpenInvitations(ctx context.Context, q InvitationList, now time.Time) ([]Invitation, int, error)
	// SentInvitations lists what an account has sent since a time, whatever became of it, oldest first.
	SentInvitations(ctx context.Context, by uuid.UUID, since time.Time) ([]Invitation, error)

	Demand(ctx context.Context, id uuid.UUID) (*Demand, error)
	Demands(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Demand, error)
	ListDemands(ctx context.Context, q OwnList) ([]*Demand, int, error)
	// PublishedDemands yields all listed demands in batches, by id.
	PublishedDemands(ctx context.Context, batch int, yield func([]*Demand) error) error
	// ExpiredDemands lists published demands that ran out before a day, at most limit.
	ExpiredDemands(ctx context.Context, today Date, limit int) ([]uuid.UUID, error)

	Programme(ctx context.Context, id uuid.UUID) (*Programme, error)
	Programmes(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Programme, error)
	ListProgrammes(ctx context.Context, q OwnList) ([]*Programme, int, error)
	// PublishedProgrammes yields all listed programmes in batches, by id.
	PublishedProgrammes(ctx context.Context, batch int, yield func([]*Programme) error) error

	// Consents lists what an account has agreed to, newest first.
	Consents(ctx context.Context, account uuid.UUID) ([]Consent, error)
	// PersonalRecords returns all that every table has of an account at one moment.
	PersonalRecords(ctx context.Context, account uuid.UUID, email string) ([]PersonalRecords, error)
	APIKey(ctx context.Context, id uuid.UUID) (*APIKey, error)
	ListAPIKeys(ctx context.Context, q APIKeyList) ([]*APIKey, int, error)
	// ExpiringKeys lists keys that live at a time, expire until another and have not been warned of, the first to expire
	// first, at most limit.
	ExpiringKeys(ctx context.Context, now, until time.Time, limit int) ([]*APIKey, error)
	Report(ctx context.Context, id uuid.UUID) (*Report, error)
	ListReports(ctx context.Context, q ReportList) ([]*Report, int, error)
	// CountReports counts the reports on each of some things, closed ones included.
	CountReports(ctx context.Context, things []uuid.UUID) (map[uuid.UUID]int, error)
	// ReportsSince counts the reports that an account has made since a time.
	ReportsSince(ctx context.Context, reporter uuid.UUID, since time.Time) (int, error)

	ListDeeds(ctx context.Context, q DeedList) ([]*Deed, int, error)

	// Reputes returns what verified organisations say of what some words may name, words as their keys.
	Reputes(ctx context.Context, keys []string) (map[Naming]Repute, error)

	// Import returns an import with how many of its rows are in which state.
	Import(ctx context.Context, id uuid.UUID) (*Import, error)
	ImportRow(ctx context.Context, id uuid.UUID, number int) (*ImportRow, error)
	ImportRows(ctx context.Context, q ImportRowList) ([]ImportRow, int, error)

	// Catalogue returns the catalogue that was saved last, or NotFound.
	Catalogue(ctx context.Context) (*Catalogue, error)
	CatalogueEdition(ctx context.Context) (CatalogueEdition, error)
	// CatalogueContent returns what the catalogue is made of.
	CatalogueContent(ctx context.Context) (CatalogueContent, error)
	Link(ctx context.Context, id uuid.UUID) (Link, error)
	ListLinks(ctx context.Context, q LinkList) ([]Link, int, error)
	Proposal(ctx context.Context, id uuid.UUID) (*Proposal, error)
	ListProposals(ctx context.Context, q ProposalList) ([]*Proposal, int, error)
}

// OwnList asks for what an organisation has, drafts included, newest first.
type OwnList struct {
	Organisation uuid.UUID
	Status       string // "" means any
	After        uuid.UUID
	Limit        int
}

// OrganisationList asks for organisations, by id descending (newest first).
type OrganisationList struct {
	Verification Verification // "" means any
	Kind         OrganisationKind
	Region       Region
	Name         string // part of a name in any language, case ignored
	After        uuid.UUID
	Limit        int
}

// ReportList asks for reports, by id: one account's newest first, everybody's oldest first.
type ReportList struct {
	Reporter uuid.UUID    // Nil means everybody's
	Status   ReportStatus // "" means any
	After    uuid.UUID
	Limit    int
}

// LinkList asks for links between competences, by id.
type LinkList struct {
	Competence CompetenceID // on either side; "" means any
	Relation   *Relation    // nil means any
	Curated    *bool        // by an administrator, or else as they ship; nil means either
	After      uuid.UUID
	Limit      int
}

// ProposalList asks for proposals, by id: one organisation's newest first, everybody's oldest first.
type ProposalList struct {
	Organisation uuid.UUID // Nil means everybody's
	Status       ProposalStatus
	After        uuid.UUID
	Limit        int
}

// DeedList asks for entries of the audit, by id descending (newest first). What is zero does not narrow.
type DeedList struct {
	Account      uuid.UUID
	Organisation uuid.UUID
	Subject      uuid.UUID
	Kind         DeedKind
	From, To     time.Time // from the first, before the second
	After        uuid.UUID
	Limit        int
}

// MemberList asks for the members of an organisation, by the ids of their accounts.
type MemberList struct {
	Organisation uuid.UUID
	Role         MemberRole // "" means any
	After        uuid.UUID
	Limit        int // 0 means all
}

// InvitationList asks for the invitations of an organisation.
type InvitationList struct {
	Organisation uuid.UUID
	After        uuid.UUID
	Limit        int
}

// Tx is a transaction: it reads what it has written, and whatever it saves appends to the change log before it ends.
// Saving a thing whose version is not one more than the stored one returns Stale; creating one that exists, Conflict.
type Tx interface {
	Reader

	// DemandForUpdate and its kin read and hold a row until the transaction ends.
	DemandForUpdate(ctx context.Context, id uuid.UUID) (*Demand, error)
	ProgrammeForUpdate(ctx context.Context, id uuid.UUID) (*Programme, error)
	OrganisationForUpdate(ctx context.Context, id uuid.UUID) (*Organisation, error)
	AccountForUpdate(ctx context.Context, id uuid.UUID) (*Account, error)

	CreateAccount(ctx context.Context, a *Account) error
	// RegisterAccount keeps a new account, or nothing if its address is taken; the statement is the same.
	RegisterAccount(ctx context.Context, a *Account) error
	// ConfirmAccount keeps when the address of an account was proven.
	ConfirmAccount(ctx context.Context, account uuid.UUID, at time.Time) error
	// SaveSecondFactor keeps the second factor of an account; nil for none.
	SaveSecondFactor(ctx context.Context, account uuid.UUID, f *SecondFactor) error
	// DropAccount drops an account with all that is its own.
	DropAccount(ctx context.Context, account uuid.UUID) error
	// SavePassword keeps a new hash of a password in the place of another; Stale if that is no longer the one that is kept.
	SavePassword(ctx context.Context, account uuid.UUID, until, hash string) error
	CreateIdentity(ctx context.Context, i Identity) error
	DeleteIdentity(ctx context.Context, id uuid.UUID) error
	// UseTicket notes that a ticket is used, until it is worth nothing anyway, and says whether it was not before. One that is
	// being used at the same moment is waited for.
	UseTicket(ctx context.Context, ticket uuid.UUID, until time.Time) (fresh bool, err error)
	CreateOrganisation(ctx context.Context, o *Organisation) error
	SaveOrganisation(ctx context.Context, o *Organisation) error
	// MergeOrganisation moves all that one organisation has, its members and invitations included, to another that has no members
	// and no open invitations, and deletes it. What it has must never have been public; the change log is told, since copies
	// are kept of that, too.
	MergeOrganisation(ctx context.Context, from, into uuid.UUID) error
	// SaveMembership gives somebody a role in an organisation, in place of the one they had.
	SaveMembership(ctx context.Context, m Membership) error
	DeleteMembership(ctx context.Context, organisation, account uuid.UUID) error
	CreateInvitation(ctx context.Context, i Invitation) error
	// SaveInvitation keeps when an invitation ended and who accepted it.
	SaveInvitation(ctx context.Context, i Invitation) error
	// EndInvitations ends those of an organisation to an address that are open; "" means any.
	EndInvitations(ctx context.Context, organisation uuid.UUID, email string, now time.Time) error

	CreateDemand(ctx context.Context, d *Demand) error
	SaveDemand(ctx context.Context, d *Demand) error
	DeleteDemand(ctx context.Context, id uuid.UUID) error
	CreateProgramme(ctx context.Context, p *Programme) error
	SaveProgramme(ctx context.Context, p *Programme) error
	DeleteProgramme(ctx context.Context, id uuid.UUID) error

	// CreateReport keeps a new report. It returns Conflict if an open one of the same account on the same thing is there.
	CreateReport(ctx context.Context, r *Report) error
	// CloseReports closes the open reports on a thing, or only one of them unless that is Nil, and returns them.
	CloseReports(ctx context.Context, on Subject, only uuid.UUID, c Closing) ([]*Report, error)

	// CatalogueForUpdate holds the catalogue until the transaction ends, and returns its edition, or NotFound before there is
	// one; others who hold it wait even then.
	CatalogueForUpdate(ctx context.Context) (CatalogueEdition, error)
	// SaveCatalogue puts a catalogue in place of the stored one and logs that. What administrators decided is left as it is
	// stored.
	SaveCatalogue(ctx context.Context, e CatalogueEdition, c CatalogueContent) error
	// SaveCuration keeps what administrators decided, in place of what was decided on the same, and logs that the catalogue is
	// of another edition now.
	SaveCuration(ctx context.Context, e CatalogueEdition, c Curation) error
	CreateProposal(ctx context.Context, p *Proposal) error
	// DecideProposal keeps what became of an open proposal and which competence it is about, and says whether it did: false
	// if it was decided before.
	DecideProposal(ctx context.Context, p *Proposal) (bool, error)
	// CountOpenProposals counts those of an organisation.
	CountOpenProposals(ctx context.Context, organisation uuid.UUID) (int, error)
	// RequestReindex appends an entry to the change log that makes every follower rebuild.
	RequestReindex(ctx context.Context) error

	CreateRefreshToken(ctx context.Context, t RefreshToken) error
	// RefreshTokenForUpdate finds a token by its hash and holds it.
	RefreshTokenForUpdate(ctx context.Context, hash []byte) (*RefreshToken, error)
	SaveRefreshToken(ctx context.Context, t RefreshToken) error
	// DeleteOrganisation drops an organisation that has nothing any more; NotFound if it is not there or has.
	DeleteOrganisation(ctx context.Context, id uuid.UUID) error

	// SaveConsent keeps a consent, or when it was withdrawn.
	SaveConsent(ctx context.Context, c Consent) error
	// EraseAccount drops an account and all that tells of it; deeds in the audit keep its id, which names nobody then.
	EraseAccount(ctx context.Context, account uuid.UUID, email string) error

	// SaveVerdicts adds to what an organisation has said of mentions, at most one verdict on each naming.
	SaveVerdicts(ctx context.Context, organisation uuid.UUID, verdicts []Verdict, at time.Time) error

	// CreateProof keeps a proof; its account may come later in the transaction.
	CreateProof(ctx context.Context, p Proof) error
	ProofForUpdate(ctx context.Context, id uuid.UUID) (*Proof, error)
	// SaveProof keeps whose proof it is and when it was used.
	SaveProof(ctx context.Context, p Proof) error
	// CountProofs counts those of a kind to an address made after a time.
	CountProofs(ctx context.Context, kind LetterKind, email string, after time.Time) (int, error)
	// DropProofs drops those of a kind that an account has.
	DropProofs(ctx context.Context, account uuid.UUID, kind LetterKind) error

	// ImportsRunning says whether an organisation has an import that runs.
	ImportsRunning(ctx context.Context, organisation uuid.UUID) (bool, error)
	// TakeImport returns the import that runs for longest and that nobody else has taken, and holds it; NotFound if there is none.
	TakeImport(ctx context.Context) (*Import, error)
	ImportForUpdate(ctx context.Context, id uuid.UUID) (*Import, error)
	CreateImport(ctx context.Context, i *Import, rows []ImportRow) error
	// SaveImport keeps that an import has ended, and why.
	SaveImport(ctx context.Context, i *Import) error
	// SaveImportRows keeps the cells of rows and what became of them.
	SaveImportRows(ctx context.Context, id uuid.UUID, rows []ImportRow) error

	CreateAPIKey(ctx context.Context, k *APIKey) error
	// CountLivingKeys says how many keys of an organisation are neither revoked nor expired.
	CountLivingKeys(ctx context.Context, organisation uuid.UUID, now time.Time) (int, error)
	// RevokeAPIKey ends a key, and says whether it did: false if it was revoked before.
	RevokeAPIKey(ctx context.Context, key uuid.UUID, now time.Time) (bool, error)
	// RevokeAPIKeys ends all keys of an organisation.
	RevokeAPIKeys(ctx context.Context, organisation uuid.UUID, now time.Time) error
	// SaveKeyUse notes when a key was used, unless it was used later. One that is gone is no error.
	SaveKeyUse(ctx context.Context, key uuid.UUID, at time.Time) error
	// SaveKeyWarning notes that owners were told that a key expires, and says whether it did: false if they were told
	// before or the key was revoked.
	SaveKeyWarning(ctx context.Context, key uuid.UUID, now time.Time) (bool, error)
	// Record adds a deed to the audit.
	Record(ctx context.Context, d Deed) error
	// SendLetter has a letter sent, if the transaction is kept.
	SendLetter(ctx context.Context, l Letter) error

	// RevokeFamily ends every token that descends from one login, one too that is being made at the same moment.
	RevokeFamily(ctx context.Context, family uuid.UUID, now time.Time) error
}

// Store keeps the market.
type Store interface {
	Reader
	// InTx runs work in one transaction: all of it is kept, or nothing. Where ctx already carries a transaction of this
	// store, the work joins that one. What fails for a passing reason is tried again, so work must not leave traces
	// elsewhere.
	InTx(ctx context.Context, work func(ctx context.Context, tx Tx) error) error
}

// Position is a reader's place in the change log. It is opaque: only the store that made it can read it. "" is the
// place before the first entry.
type Position string

// ChangeKind says what sort of thing changed.
type ChangeKind string

// What changes.
const (
	ChangedDemand       ChangeKind = "demand"
	ChangedProgramme    ChangeKind = "programme"
	ChangedOrganisation ChangeKind = "organisation"
	ChangedCatalogue    ChangeKind = "catalogue"
	ChangedEverything   ChangeKind = "everything" // a rebuild was asked for
)

// Change says that a thing changed, not how: its reader looks at the thing itself.
type Change struct {
	Kind ChangeKind
	ID   uuid.UUID
	At   time.Time
}

// ChangeLog is what followers read.
type ChangeLog interface {
	// Changes returns what came after a position, oldest first, and the position after it. It never passes over an
	// entry that commits later. It returns Stale if the log no longer holds all that comes after the position, because it
	// was trimmed or begun anew: the follower takes a new Head and rebuilds.
	Changes(ctx context.Context, after Position, limit int) ([]Change, Position, error)
	// Head returns a position such that whatever is committed from now on comes after it.
	Head(ctx context.Context) (Position, error)
}

// RefreshToken is one link of a chain that began with a login. The secret itself is never kept, only its hash.
type RefreshToken struct {
	ID        uuid.UUID
	AccountID uuid.UUID
	Family    uuid.UUID
	Hash      []byte
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero until it was exchanged
	RevokedAt time.Time // zero unless revoked
	Successor []byte    // sealed successor, for a second tab that asks within the grace period
}

// ProgrammeQuery asks the coverage index for programmes.
type ProgrammeQuery struct {
	Requirements []Requirement
	Own          []Outcome // a learner's own levels; nil when not a learner
	Constraints  ProgrammeConstraints
	Among        []uuid.UUID // with Narrowed: only these
	Narrowed     bool
	Without      uuid.UUID // not this one, as if it were not there; Nil leaves none out
	After        *ProgrammeRank
	Limit        int
	Uncounted    bool // how many there are in all is not asked: 0
}

// DemandQuery asks the coverage index for demands that are open today.
type DemandQuery struct {
	Outcomes    []Outcome
	Constraints DemandConstraints
	Among       []uuid.UUID // with Narrowed: only these
	Narrowed    bool
	Today       Date
	After       *DemandRank
	Limit       int
	Uncounted   bool // how many there are in all is not asked: 0
}

// Matcher ranks by coverage, exactly: the first Limit after After, and how many matches there are in all. It returns
// Unavailable until its index is loaded.
type Matcher interface {
	Programmes(ctx context.Context, q ProgrammeQuery) (ranks []ProgrammeRank, total int, err error)
	Demands(ctx context.Context, q DemandQuery) (ranks []DemandRank, total int, err error)
	// Advice says what to add to outcomes: after Skip the first Limit, and how many competences gain anything.
	Advice(ctx context.Context, q AdviceQuery) (best []Advised, total int, err error)
	// BestProgrammes answers many queries as Programmes does, uncounted, all at one moment of the index, by so many
	// workers at once; 0 means one for each processor. In the order of the queries it calls yield with the place of each,
	// from 0, and the answer. Queries and yield run in the caller's goroutine, queries a few ahead of yield. It ends with
	// the first error: of ctx, of a query, or of yield.
	BestProgrammes(ctx context.Context, workers int, queries iter.Seq[ProgrammeQuery], yield func(i int, ranks []ProgrammeRank) error) error
}

// Side is one side of the market.
type Side string

// The sides of the market.
const (
	DemandSide    Side = "demands"
	ProgrammeSide Side = "programmes"
)

// CandidateQuery asks for all that a match may be made of: what the words find, among what the constraints admit, among
// what has one of the competences or one that stands in a relation to it (Relations.Serving). Of the constraints those of
// the side count; AllMusts is about the match and means nothing here.
type CandidateQuery struct {
	Side        Side
	Words       string         // "" finds everything
	Competences []CompetenceID // none: whatever it has
	Occupations []Occupation   // demands with one of these; none: whatever they have
	Programmes  ProgrammeConstraints
	Demands     DemandConstraints
	Today       Date // demands that ran out before are not found
}

// Candidates are the ids of all that a query finds, in no order.
type Candidates struct {
	IDs      []uuid.UUID
	Exact    bool // false when there were too many to name them all
	Fallback bool // a lesser engine answered, because the usual one cannot
}

// Words finds what a text speaks of. It returns Unavailable when the engine behind it cannot answer.
type Words interface {
	Candidates(ctx context.Context, q CandidateQuery) (Candidates, error)
}

// EngineState is what the engine behind the search says of its indexes.
type EngineState struct {
	Kind       string // "embedded", or the name of an engine outside of the process
	Complete   bool   // all indexes are there, as this program wants them
	Why        string // what is missing or different, when they are not complete
	Generation string // the rebuild that made them; "" where that is not told
}

// SearchEngine is what answers searches.
type SearchEngine interface {
	// State says what is there. It returns, with the Kind, Unavailable if the engine cannot be asked, and Forbidden if it
	// does not take our key.
	State(ctx context.Context) (EngineState, error)
}

// Passwords turns passwords into what may be kept, and checks them; hashing is bounded in number, so both wait their
// turn or return Throttled.
type Passwords interface {
	Hash(ctx context.Context, password string) (string, error)
	// Check compares in constant time; with an empty hash it takes as long and says no.
	Check(ctx context.Context, hash, password string) (bool, error)
	// TooCommon says whether a password is on the list of leaked or common ones.
	TooCommon(password string) bool
}

// OneTime makes and checks what second factors are made of. Spaces and hyphens in codes do not matter.
type OneTime interface {
	// NewSecret returns a fresh secret in base32, the same as an app reads it (an otpauth URI that names the account), and
	// sealed, as it may be kept, for this account alone.
	NewSecret(a *Account) (secret, uri string, sealed []byte, err error)
	// Step returns the time step whose code this is, of now, the one before and the one after, and whether it is one.
	Step(account uuid.UUID, sealed []byte, code string, now time.Time) (step int64, ok bool, err error)
	// NewRecovery returns fresh recovery codes, and the hashes of them that may be kept.
	NewRecovery(count int) (codes []string, hashes [][]byte)
	// HashRecovery returns the hash of a recovery code.
	HashRecovery(code string) []byte
}

// SealedKey is a signing key as it is kept: encrypted under the deployment's secret.
type SealedKey struct {
	ID        string
	Sealed    []byte
	CreatedAt time.Time
	RetiredAt time.Time // when it signs no more, which may be to come; zero if no other is to take its place
}

// KeyStore keeps signing keys, so that replicas share them.
type KeyStore interface {
	// SigningKeys returns all keys, newest first.
	SigningKeys(ctx context.Context) ([]SealedKey, error)
	// RotateSigningKeys keeps a key, has all others retire at a time unless they did or will before, and drops those that
	// have retired before another. It returns Conflict, and changes nothing, if the key's id is taken.
	RotateSigningKeys(ctx context.Context, k SealedKey, retire, drop time.Time) error
}

// OnceKey names a request that must have one effect, however often it is sent.
type OnceKey struct {
	Account     uuid.UUID // or the API key; Nil for a visitor
	Operation   string
	Key         string
	Fingerprint [32]byte // of the request: the same key with another request is refused
}

// Answer is a response as it was given, kept to be given again.
type Answer struct {
	Status int
	Header map[string]string
	Body   []byte
}

// Once runs work once for a key and keeps its answer in the same transaction as its effect.
type Once interface {
	// Once runs work in a transaction that ctx carries on, so that InTx inside joins it, and keeps its answer; or, if
	// the key was used before, returns the kept answer and true. An answer of 400 or above, or an error, undoes the
	// work and is not kept. It returns Invalid with CodeKeyReused if the fingerprint is another, Conflict with
	// CodeKeyInFlight while the first one is still under way.
	Once(ctx context.Context, key OnceKey, now time.Time, work func(ctx context.Context) (Answer, error)) (Answer, bool, error)
	// ForgetAnswers drops kept answers older than a time, and says how many.
	ForgetAnswers(ctx context.Context, before time.Time) (int, error)
}

// BudgetLease asks for a slice of what somebody may ask for in a minute, of the budget that all replicas share.
type BudgetLease struct {
	Who       [32]byte // a keyed hash of whose budget it is, and of which sort
	PerMinute int
	Spent     int       // already, without having asked for it
	Ask       int       // how much more is wanted
	Now       time.Time // by the replica's clock; replicas' clocks must agree to about a second
}

// BudgetGrant is what was given: Granted of what was asked for, and when the budget is full again if nobody asks.
type BudgetGrant struct {
	Granted int
	FullAt  time.Time
}

// Budgets shares budgets among replicas.
type Budgets interface {
	// LeaseBudget charges a budget with what was spent and with what it grants, atomically.
	LeaseBudget(ctx context.Context, l BudgetLease) (BudgetGrant, error)
}

// FeedName names an engine outside of the process that is fed from the change log.
type FeedName string

// SearchFeed is the feed of the search engine.
const SearchFeed FeedName = "search"

// Lease says who feeds an engine: one holder at a time, until it ends or is renewed. A new holder gets a higher epoch,
// so that whatever an earlier one still does can be told from it.
type Lease struct {
	Feed   FeedName
	Holder string
	Epoch  int64
	Until  time.Time // by the database's clock
}

// Feed is how far an engine has been fed.
type Feed struct {
	Position   Position // what comes after it in the change log has not been sent
	Generation string   // the rebuild that made the engine's indexes; "" before the first
}

// Subject is a thing that an engine has a document of.
type Subject struct {
	Side Side
	ID   uuid.UUID
}

// Failure is a document that an engine refused. It is tried again at NextTry, until it is quarantined: then it waits for
// somebody to look at Reason and have it tried once more.
type Failure struct {
	Subject
	Attempts    int
	Reason      string
	Since       time.Time
	NextTry     time.Time
	Quarantined time.Time // zero while it is still tried
}

// FeedStanding is what there is to know of a feed.
type FeedStanding struct {
	Feed
	Lease    Lease     // Holder is "" when nobody feeds
	Waiting  int       // entries of the change log after Position, those not yet readable included
	Oldest   time.Time // when the first of them was made; zero without any
	Retrying int       // failures that are tried again
	Failed   int       // failures in quarantine
}

// FeedProgress is what a holder has achieved in one step, kept all at once.
type FeedProgress struct {
	Feed
	Failed    []Failure // new or tried again in vain
	Delivered []Subject // of which no failure is kept any longer
}

// Feeds keeps who feeds which engine, how far it has come, and what was refused. Positions are those of the ChangeLog.
type Feeds interface {
	// TakeLease makes holder the one who feeds, for a time, if nobody else is or their lease has ended; the holder's own
	// is renewed and keeps its epoch. held is false, and the lease the other's, when somebody else holds it.
	TakeLease(ctx context.Context, feed FeedName, holder string, length time.Duration) (lease Lease, held bool, err error)
	// EndLease gives a lease back before it ends. One that is lost already is no error.
	EndLease(ctx context.Context, lease Lease) error
	// Feed returns how far an engine has been fed; the zero Feed before it ever was.
	Feed(ctx context.Context, feed FeedName) (Feed, error)
	// SaveProgress keeps what a step achieved. It returns Stale, and keeps nothing, if the lease is lost: another holder
	// has a higher epoch.
	SaveProgress(ctx context.Context, lease Lease, p FeedProgress) error
	// DueFailures lists failures to try again now, the longest due first.
	DueFailures(ctx context.Context, feed FeedName, limit int) ([]Failure, error)
	// Failures lists what was refused, quarantined ones first, then the oldest.
	Failures(ctx context.Context, feed FeedName, limit int) ([]Failure, error)
	// RetryFailures makes quarantined failures due at once, of some subjects or, without any, of all, with their attempts
	// counted anew, and says how many.
	RetryFailures(ctx context.Context, feed FeedName, subjects []Subject) (int, error)
	// FeedStanding returns what there is to know of a feed.
	FeedStanding(ctx context.Context, feed FeedName) (FeedStanding, error)
}
