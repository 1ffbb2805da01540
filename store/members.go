package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

type membershipRow struct {
	OrganisationID uuid.UUID `gorm:"column:organisation_id;primaryKey"`
	AccountID      uuid.UUID `gorm:"column:account_id;primaryKey"`
	Role           string    `gorm:"column:role"`
	Since          stamp     `gorm:"column:since"`
}

// TableName returns the table.
func (membershipRow) TableName() string { return "memberships" }

type memberRow struct {
	AccountID uuid.UUID `gorm:"column:account_id"`
	Email     string    `gorm:"column:email"`
	Name      string    `gorm:"column:name"`
	Language  word      `gorm:"column:language"`
	Role      string    `gorm:"column:role"`
	Since     stamp     `gorm:"column:since"`
}

func (r memberRow) noun() domain.Member {
	return domain.Member{
		AccountID: r.AccountID, Email: r.Email, Name: r.Name, Language: domain.Language(r.Language),
		Role: domain.MemberRole(r.Role), Since: r.Since.time(),
	}
}

// members begins a statement about the members of an organisation.
func members(db *gorm.DB, organisation uuid.UUID) *gorm.DB {
	return db.Table("memberships m").Where("m.organisation_id = ?", organisation)
}

// withAccounts adds who the members are.
func withAccounts(db *gorm.DB) *gorm.DB {
	return db.Select("m.account_id, a.email, a.name, a.language, m.role, m.since").Joins("JOIN accounts a ON a.id = m.account_id")
}

// Member returns a member of an organisation, or NotFound.
func (r reader) Member(ctx context.Context, organisation, account uuid.UUID) (*domain.Member, error) {
	var rows []memberRow
	err := r.query(ctx, func(db *gorm.DB) error {
		return withAccounts(members(db, organisation)).Where("m.account_id = ?", account).Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	member := row.noun()
	return &member, nil
}

// Members returns a page of members, by the ids of their accounts, and how many there are on all pages.
func (r reader) Members(ctx context.Context, q domain.MemberList) ([]domain.Member, int, error) {
	narrow := func(db *gorm.DB) *gorm.DB {
		db = members(db, q.Organisation)
		if q.Role != "" {
			db = db.Where("m.role = ?", string(q.Role))
		}
		return db
	}
	var rows []memberRow
	var total int64
	err := r.query(ctx, func(db *gorm.DB) error {
		if err := narrow(db).Count(&total).Error; err != nil {
			return err
		}
		page := withAccounts(narrow(db)).Order("m.account_id")
		if q.After != uuid.Nil {
			page = page.Where("m.account_id > ?", q.After)
		}
		if q.Limit > 0 {
			page = page.Limit(q.Limit)
		}
		return page.Find(&rows).Error
	})
	if err != nil {
		return nil, 0, err
	}
	return nouns(rows, memberRow.noun), int(total), nil
}

// SaveMembership gives somebody a role in an organisation, in place of the one they had. It returns NotFound if one of
// the two is not there.
func (u *unit) SaveMembership(ctx context.Context, m domain.Membership) error {
	row := membershipRow{OrganisationID: m.OrganisationID, AccountID: m.AccountID, Role: string(m.Role), Since: stamp(u.store.clock())}
	return u.in(ctx, func(db *gorm.DB) error {
		return db.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "organisation_id"}, {Name: "account_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"role"}),
		}).Create(&row).Error
	})
}

// DeleteMembership takes somebody out of an organisation. It returns NotFound if they are no member.
func (u *unit) DeleteMembership(ctx context.Context, organisation, account uuid.UUID) error {
	return u.in(ctx, func(db *gorm.DB) error {
		done := db.Where("organisation_id = ? AND account_id = ?", organisation, account).Delete(&membershipRow{})
		if done.Error == nil && done.RowsAffected == 0 {
			return notFound()
		}
		return done.Error
	})
}

type invitationRow struct {
	ID             uuid.UUID  `gorm:"column:id;primaryKey"`
	OrganisationID uuid.UUID  `gorm:"column:organisation_id"`
	Email          string     `gorm:"column:email"`
	Role           string     `gorm:"column:role"`
	InvitedBy      *uuid.UUID `gorm:"column:invited_by"`
	Created        stamp      `gorm:"column:created_at"`
	Expires        stamp      `gorm:"column:expires_at"`
	Ended          stamp      `gorm:"column:ended_at"`
	AcceptedBy     *uuid.UUID `gorm:"column:accepted_by"`
}

// TableName returns the table.
func (invitationRow) TableName() string { return "invitations" }

func rowOfInvitation(i domain.Invitation) invitationRow {
	return invitationRow{
		ID: i.ID, OrganisationID: i.OrganisationID, Email: i.Email, Role: string(i.Role), InvitedBy: orNull(i.InvitedBy),
		Created: stamp(i.CreatedAt), Expires: stamp(i.ExpiresAt), Ended: stamp(i.EndedAt), AcceptedBy: orNull(i.AcceptedBy),
	}
}

func (r invitationRow) noun() domain.Invitation {
	return domain.Invitation{
		ID: r.ID, OrganisationID: r.OrganisationID, Email: r.Email, Role: domain.MemberRole(r.Role), InvitedBy: orNil(r.InvitedBy),
		CreatedAt: r.Created.time(), ExpiresAt: r.Expires.time(), EndedAt: r.Ended.time(), AcceptedBy: orNil(r.AcceptedBy),
	}
}

// Invitation returns an invitation by its id, or NotFound.
func (r reader) Invitation(ctx context.Context, id uuid.UUID) (*domain.Invitation, error) {
	var rows []invitationRow
	if err := r.query(ctx, func(db *gorm.DB) error { return db.Where("id = ?", id).Find(&rows).Error }); err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	invitation := row.noun()
	return &invitation, nil
}

// OpenInvitations returns a page of those of an organisation that can be accepted at a time, newest first, and how many
// there are on all pages.
func (r reader) OpenInvitations(ctx context.Context, q domain.InvitationList, now time.Time) ([]domain.Invitation, int, error) {
	narrow := func(db *gorm.DB) *gorm.DB {
		return db.Model(&invitationRow{}).Where("organisation_id = ? AND ended_at IS NULL AND expires_at > ?", q.Organisation, stamp(now))
	}
	var rows []invitationRow
	var total int64
	err := r.query(ctx, func(db *gorm.DB) error {
		if err := narrow(db).Count(&total).Error; err != nil {
			return err
		}
		page := narrow(db).Order("id DESC").Limit(q.Limit)
		if q.After != uuid.Nil {
			page = page.Where("id < ?", q.After)
		}
		return page.Find(&rows).Error
	})
	if err != nil {
		return nil, 0, err
	}
	return nouns(rows, invitationRow.noun), int(total), nil
}

// SentInvitations returns what an account has sent since a time, oldest first.
func (r reader) SentInvitations(ctx context.Context, by uuid.UUID, since time.Time) ([]domain.Invitation, error) {
	var rows []invitationRow
	err := r.query(ctx, func(db *gorm.DB) error {
		return db.Where("invited_by = ? AND created_at > ?", by, stamp(since)).Order("created_at, id").Find(&rows).Error
	})
	return nouns(rows, invitationRow.noun), err
}

// CreateInvitation keeps a new invitation. It returns Conflict if one is open for its address.
func (u *unit) CreateInvitation(ctx context.Context, i domain.Invitation) error {
	row := rowOfInvitation(i)
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}

// SaveInvitation keeps when an invitation ended and who accepted it. It returns NotFound if it is not there.
func (u *unit) SaveInvitation(ctx context.Context, i domain.Invitation) error {
	row := rowOfInvitation(i)
	return u.in(ctx, func(db *gorm.DB) error {
		done := db.Where("id = ?", i.ID).Select("ended_at", "accepted_by").Updates(&row)
		if done.Error == nil && done.RowsAffected == 0 {
			return notFound()
		}
		return done.Error
	})
}

// EndInvitations ends those of an organisation to an address, "" for any, that have not ended.
func (u *unit) EndInvitations(ctx context.Context, organisation uuid.UUID, email string, now time.Time) error {
	return u.in(ctx, func(db *gorm.DB) error {
		open := db.Model(&invitationRow{}).Where("organisation_id = ? AND ended_at IS NULL", organisation)
		if email != "" {
			open = open.Where("email = ?", email)
		}
		return open.UpdateColumn("ended_at", stamp(now)).Error
	})
}

// ForgetInvitations drops those that ran out before a time, and says how many.
func (s *Store) ForgetInvitations(ctx context.Context, before time.Time) (int, error) {
	var dropped int64
	err := s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			done := db.Where("expires_at < ?", stamp(before)).Delete(&invitationRow{})
			dropped = done.RowsAffected
			return done.Error
		})
	})
	return int(dropped), err
}
