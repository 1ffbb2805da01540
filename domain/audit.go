package domain

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// DeedKind says what somebody did: the thing and the verb. Clients may depend on it.
type DeedKind string

// What the audit notes.
const (
	DeedOrganisationCreated  DeedKind = "organisation.created"
	DeedOrganisationVerified DeedKind = "organisation.verified"
	DeedOrganisationRejected DeedKind = "organisation.rejected"
	DeedAccountCreated       DeedKind = "account.created"
	DeedClaimGranted         DeedKind = "organisation.claim_granted"
	DeedMemberInvited        DeedKind = "organisation.member_invited"
	DeedInvitationWithdrawn  DeedKind = "organisation.invitation_withdrawn"
	DeedMemberJoined         DeedKind = "organisation.member_joined"
	DeedMemberRoleChanged    DeedKind = "organisation.member_role_changed"
	DeedMemberRemoved        DeedKind = "organisation.member_removed"
	DeedMemberLeft           DeedKind = "organisation.member_left"
	DeedTransferred          DeedKind = "organisation.transferred"
	DeedPasswordChanged      DeedKind = "account.password_changed"
	DeedAccountErased        DeedKind = "account.erased"
	DeedIdentityLinked       DeedKind = "account.identity_linked"
	DeedIdentityUnlinked     DeedKind = "account.identity_unlinked"
)

// SubjectKind says what sort of thing something was done to.
type SubjectKind string

// What things are done to.
const (
	SubjectOrganisation SubjectKind = "organisation"
	SubjectAccount      SubjectKind = "account"
	SubjectInvitation   SubjectKind = "invitation"
)

// Deed is an entry of the audit: who did what to what. It is written in the transaction of what was done, and never
// changes.
type Deed struct {
	ID           uuid.UUID
	At           time.Time
	Account      uuid.UUID // whose deed; Nil for the operator's. It stays when the account is gone, and names nobody then
	Operator     bool      // done at the machine's own terminal, or by the service itself
	Kind         DeedKind
	SubjectKind  SubjectKind
	Subject      uuid.UUID
	Organisation uuid.UUID // whose owners may read of it; Nil if nobody's
	Note         string    // the reason that was given, or the role; "" if none
}

// record notes a deed of the actor in the audit.
func record(ctx context.Context, tx Tx, a Actor, at time.Time, d Deed) error {
	d.ID, d.At, d.Account, d.Operator = uuid.Must(uuid.NewV7()), at, a.AccountID, a.Operator
	return tx.Record(ctx, d)
}
