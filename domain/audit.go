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
	DeedPasswordReset        DeedKind = "account.password_reset"
	DeedAccountErased        DeedKind = "account.erased"
	DeedIdentityLinked       DeedKind = "account.identity_linked"
	DeedIdentityUnlinked     DeedKind = "account.identity_unlinked"
	DeedKeyMade              DeedKind = "organisation.key_made"
	DeedKeyRevoked           DeedKind = "organisation.key_revoked"
	DeedSecondFactorOn       DeedKind = "account.second_factor_on"
	DeedSecondFactorOff      DeedKind = "account.second_factor_off"
	DeedOrganisationCreated  DeedKind = "organisation.created"
	DeedOrganisationVerified DeedKind = "organisation.verified"
	DeedOrganisationRejected DeedKind = "organisation.rejected"

	DeedDemandCreated   DeedKind = "demand.created"
	DeedDemandRevised   DeedKind = "demand.revised"
	DeedDemandPublished DeedKind = "demand.published"
	DeedDemandClosed    DeedKind = "demand.closed"
	DeedDemandExpired   DeedKind = "demand.expired"
	DeedDemandDeleted   DeedKind = "demand.deleted"
	DeedDemandHidden    DeedKind = "demand.hidden"
	DeedDemandRestored  DeedKind = "demand.restored"
	DeedDemandsImported DeedKind = "demands.imported" // a chunk of them, for an organisation

	DeedProgrammeCreated   DeedKind = "programme.created"
	DeedProgrammeRevised   DeedKind = "programme.revised"
	DeedProgrammePublished DeedKind = "programme.published"
	DeedProgrammeArchived  DeedKind = "programme.archived"
	DeedProgrammeDeleted   DeedKind = "programme.deleted"
	DeedProgrammeHidden    DeedKind = "programme.hidden"
	DeedProgrammeRestored  DeedKind = "programme.restored"
	DeedProgrammesImported DeedKind = "programmes.imported" // a chunk of them, for an organisation

	DeedReportCreated DeedKind = "report.created"
	DeedReportClosed  DeedKind = "report.closed" // with no action: else the hiding or the deletion is the deed

	DeedMentionsJudged DeedKind = "organisation.mentions_judged" // what was found in its texts, confirmed or rejected

	DeedCatalogueInstalled DeedKind = "catalogue.installed"
	DeedFrameworksImported DeedKind = "catalogue.frameworks_imported"
	DeedCompetenceAdded    DeedKind = "catalogue.competence_added"
	DeedCompetenceAmended  DeedKind = "catalogue.competence_amended"
	DeedSynonymAdded       DeedKind = "catalogue.synonym_added"
	DeedRelated            DeedKind = "catalogue.related"
	DeedUnrelated          DeedKind = "catalogue.unrelated"
	DeedProposalMade       DeedKind = "proposal.made"
	DeedProposalApproved   DeedKind = "proposal.approved"
	DeedProposalRejected   DeedKind = "proposal.rejected"
	DeedReindexRequested   DeedKind = "search_index.rebuild_requested"
	DeedQuarantineRetried  DeedKind = "search_index.quarantine_retried"
	DeedKeysRotated        DeedKind = "signing_keys.rotated"
)

// SubjectKind says what sort of thing something was done to.
type SubjectKind string

// What things are done to. Of the last three there is one, whose id is Nil.
const (
	SubjectOrganisation SubjectKind = "organisation"
	SubjectAccount      SubjectKind = "account"
	SubjectKey          SubjectKind = "api_key"
	SubjectDemand       SubjectKind = "demand"
	SubjectProgramme    SubjectKind = "programme"
	SubjectReport       SubjectKind = "report"
	SubjectCatalogue    SubjectKind = "catalogue"
	SubjectSearchIndex  SubjectKind = "search_index"
	SubjectSigningKeys  SubjectKind = "signing_keys"
	SubjectInvitation   SubjectKind = "invitation"
	SubjectProposal     SubjectKind = "proposal"
)

// Deed is an entry of the audit: who did what to what. It is written in the transaction of what was done, and never
// changes.
type Deed struct {
	ID           uuid.UUID
	At           time.Time
	Account      uuid.UUID // whose deed; Nil for the operator's and a key's. It stays when the account is gone, and names nobody then
	Key          uuid.UUID // the API key whose deed it is; Nil if it is none's
	Operator     bool      // done at the machine's own terminal, or by the service itself
	Kind         DeedKind
	SubjectKind  SubjectKind
	Subject      uuid.UUID
	Organisation uuid.UUID // whose owners may read of it; Nil if nobody's
	Note         string    // the reason that was given, the role, or how much was done; "" if there is nothing to say
}

// record notes a deed of the actor in the audit.
func record(ctx context.Context, tx Tx, a Actor, at time.Time, d Deed) error {
	d.ID, d.At, d.Account, d.Key, d.Operator = uuid.Must(uuid.NewV7()), at, a.AccountID, a.Key, a.Operator
	return tx.Record(ctx, d)
}

// deedOnDemand is a deed on a demand.
func deedOnDemand(kind DeedKind, d *Demand) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectDemand, Subject: d.ID, Organisation: d.OrganisationID}
}

// deedOnProgramme is a deed on a programme.
func deedOnProgramme(kind DeedKind, p *Programme) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectProgramme, Subject: p.ID, Organisation: p.OrganisationID}
}

// deedOnReport is a deed on a report. It is no organisation's: that would tell who reported.
func deedOnReport(kind DeedKind, r *Report, note string) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectReport, Subject: r.ID, Note: note}
}

// deedOnCatalogue is a deed on the catalogue.
func deedOnCatalogue(kind DeedKind, note string) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectCatalogue, Note: note}
}

// deedOnProposal is a deed on a proposal.
func deedOnProposal(kind DeedKind, p *Proposal, note string) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectProposal, Subject: p.ID, Organisation: p.Organisation, Note: note}
}
