package store

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type organisationRow struct {
	ID           uuid.UUID `gorm:"column:id;primaryKey"`
	Kind         string    `gorm:"column:kind"`
	Scheme       string    `gorm:"column:registration_scheme"`
	Country      string    `gorm:"column:registration_country"`
	Number       string    `gorm:"column:registration_number"`
	Name         text      `gorm:"embedded;embeddedPrefix:name_"`
	NameFolded   string    `gorm:"column:name_folded"`
	Region       word      `gorm:"column:region"`
	Verification string    `gorm:"column:verification"`
	Rejection    word      `gorm:"column:rejection"`
	Version      int       `gorm:"column:version"`
	Created      stamp     `gorm:"column:created_at"`
	Updated      stamp     `gorm:"column:updated_at"`
}

// TableName returns the table.
func (organisationRow) TableName() string { return "organisations" }

func rowOfOrganisation(o *domain.Organisation) organisationRow {
	return organisationRow{
		ID: o.ID, Kind: string(o.Kind),
		Scheme: string(o.Registration.Scheme), Country: o.Registration.Country, Number: o.Registration.Number,
		Name: text(o.Name), NameFolded: strings.ToLower(o.Name.KK + "\n" + o.Name.RU + "\n" + o.Name.EN),
		Region: word(o.Region), Verification: string(o.Verification), Rejection: word(o.Rejection),
		Version: o.Version, Created: stamp(o.CreatedAt), Updated: stamp(o.UpdatedAt),
	}
}

func (r organisationRow) noun() *domain.Organisation {
	return &domain.Organisation{
		ID: r.ID, Kind: domain.OrganisationKind(r.Kind),
		Registration: domain.Registration{Scheme: domain.RegistrationScheme(r.Scheme), Country: r.Country, Number: r.Number},
		Name:         domain.Text(r.Name), Region: domain.Region(r.Region),
		Verification: domain.Verification(r.Verification), Rejection: string(r.Rejection),
		Version: r.Version, CreatedAt: r.Created.time(), UpdatedAt: r.Updated.time(),
	}
}

// Organisation returns an organisation by its id, or NotFound.
func (r reader) Organisation(ctx context.Context, id uuid.UUID) (*domain.Organisation, error) {
	return r.organisation(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("id = ?", id) })
}

// OrganisationByRegistration returns the organisation with a number: the verified one, else the oldest, else NotFound.
func (r reader) OrganisationByRegistration(ctx context.Context, reg domain.Registration) (*domain.Organisation, error) {
	return r.organisation(ctx, func(db *gorm.DB) *gorm.DB {
		return db.Where("registration_scheme = ? AND registration_country = ? AND registration_number = ?",
			string(reg.Scheme), reg.Country, reg.Number).
			Order("CASE verification WHEN 'verified' THEN 0 ELSE 1 END, created_at, id").Limit(1)
	})
}

func (r reader) organisation(ctx context.Context, narrow func(*gorm.DB) *gorm.DB) (*domain.Organisation, error) {
	var rows []organisationRow
	if err := r.query(ctx, func(db *gorm.DB) error { return narrow(db).Find(&rows).Error }); err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	return row.noun(), nil
}

// Organisations returns those of the ids that are there.
func (r reader) Organisations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error) {
	rows, err := byID(ids, func(some []uuid.UUID) (rows []organisationRow, err error) {
		err = r.query(ctx, func(db *gorm.DB) error { return db.Where("id IN ?", some).Find(&rows).Error })
		return rows, err
	})
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*domain.Organisation, len(rows))
	for _, row := range rows {
		found[row.ID] = row.noun()
	}
	return found, nil
}

// inPattern makes a word a literal part of a LIKE pattern.
var inPattern = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// ListOrganisations returns a page of organisations, by id descending, and how many there are on all pages.
func (r reader) ListOrganisations(ctx context.Context, q domain.OrganisationList) ([]*domain.Organisation, int, error) {
	narrow := func(db *gorm.DB) *gorm.DB {
		db = db.Model(&organisationRow{})
		if q.Verification != "" {
			db = db.Where("verification = ?", string(q.Verification))
		}
		if q.Kind != "" {
			db = db.Where("kind = ?", string(q.Kind))
		}
		if q.Region != "" {
			db = db.Where("region = ?", string(q.Region))
		}
		if q.Name != "" {
			db = db.Where(`name_folded LIKE ? ESCAPE '\'`, "%"+inPattern.Replace(strings.ToLower(q.Name))+"%")
		}
		return db
	}
	var rows []organisationRow
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
	return nouns(rows, organisationRow.noun), int(total), nil
}

// Holders returns, for those of some organisations that are not verified and whose registration a verified one has, that one.
func (r reader) Holders(ctx context.Context, claims []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error) {
	var rows []struct {
		Holder organisationRow `gorm:"embedded"`
		Claim  uuid.UUID       `gorm:"column:claim"`
	}
	err := r.query(ctx, func(db *gorm.DB) error {
		return db.Table("organisations").Select(r.store.columns.holder).
			Joins(`JOIN organisations c ON c.registration_scheme = organisations.registration_scheme
				AND c.registration_country = organisations.registration_country AND c.registration_number = organisations.registration_number`).
			Where("c.id IN ? AND c.verification <> 'verified' AND organisations.verification = 'verified'", claims).Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*domain.Organisation, len(rows))
	for _, row := range rows {
		found[row.Claim] = row.Holder.noun()
	}
	return found, nil
}

// OrganisationForUpdate returns an organisation and holds it, or NotFound.
func (u *unit) OrganisationForUpdate(ctx context.Context, id uuid.UUID) (*domain.Organisation, error) {
	if err := u.in(ctx, func(db *gorm.DB) error { return u.lock(db, "organisations", id) }); err != nil {
		return nil, err
	}
	return u.Organisation(ctx, id)
}

// CreateOrganisation keeps a new organisation and logs it. It returns Conflict if its id is taken, or if it is verified
// and another verified one has its registration (CodeRegistrationTaken).
func (u *unit) CreateOrganisation(ctx context.Context, o *domain.Organisation) error {
	row := rowOfOrganisation(o)
	return u.change(ctx, domain.ChangedOrganisation, o.ID, func(db *gorm.DB) error { return db.Create(&row).Error })
}

// SaveOrganisation keeps an organisation as it is now and logs it. It returns Stale if its version does not follow the
// stored one, Conflict as CreateOrganisation does.
func (u *unit) SaveOrganisation(ctx context.Context, o *domain.Organisation) error {
	row := rowOfOrganisation(o)
	return u.change(ctx, domain.ChangedOrganisation, o.ID, func(db *gorm.DB) error { return update(db, &row, o.ID, o.Version) })
}

// MergeOrganisation moves all that one organisation has to another, and deletes it. It returns Conflict if both have a member, or
// an open invitation of one address, in common; NotFound if it has what is not moved. It logs what is moved.
func (u *unit) MergeOrganisation(ctx context.Context, from, into uuid.UUID) error {
	for table, kind := range map[string]domain.ChangeKind{"demands": domain.ChangedDemand, "programmes": domain.ChangedProgramme} {
		var moved []uuid.UUID
		if err := u.in(ctx, func(db *gorm.DB) error {
			return db.Table(table).Where("organisation_id = ?", from).Pluck("id", &moved).Error
		}); err != nil {
			return err
		}
		for _, id := range moved {
			u.note(kind, id)
		}
	}
	return u.change(ctx, domain.ChangedOrganisation, from, func(db *gorm.DB) error {
		for _, table := range []string{"memberships", "invitations", "api_keys", "demands", "programmes", "catalogue_proposals", "imports"} {
			if err := db.Table(table).Where("organisation_id = ?", from).UpdateColumn("organisation_id", into).Error; err != nil {
				return err
			}
		}
		done := db.Where("id = ?", from).Delete(&organisationRow{})
		if done.Error == nil && done.RowsAffected == 0 {
			return notFound()
		}
		return done.Error
	})
}

// nouns turns rows into nouns, in their order.
func nouns[R, N any](rows []R, noun func(R) N) []N {
	all := make([]N, 0, len(rows))
	for _, row := range rows {
		all = append(all, noun(row))
	}
	return all
}

// DeleteOrganisation drops an organisation that has nothing any more; NotFound if it is not there or has.
func (u *unit) DeleteOrganisation(ctx context.Context, id uuid.UUID) error {
	return u.change(ctx, domain.ChangedOrganisation, id, func(db *gorm.DB) error { return remove(db, &organisationRow{}, id) })
}
