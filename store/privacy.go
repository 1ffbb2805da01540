package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

// personal is a table that tells of people: which of its rows are somebody's, what of them that person is shown, and what
// becomes of them with the account.
type personal struct {
	table string
	whose string // a condition; @account and @email are the person's
	shown string // columns; secrets and their hashes are left out
	// erase says that the rows are deleted. Those of other tables go with the account's row, by their foreign key; or stay,
	// if that is said of them.
	erase bool
	stay  bool
}

// personals are all tables that tell of people. Names of columns tell how they are shown: times are "at", "since" or end
// in "_at", yes and no begin with "is:".
var personals = []personal{
	{table: "accounts", whose: "id = @account", shown: "id email name language created_at confirmed_at is:admin is:analyst", erase: true},
	{table: "memberships", whose: "account_id = @account", shown: "organisation_id role since"},
	{table: "invitations", whose: "email = @email OR accepted_by = @account",
		shown: "id organisation_id email role created_at expires_at ended_at", erase: true},
	{table: "refresh_tokens", whose: "account_id = @account", shown: "id family created_at expires_at used_at revoked_at"},
	{table: "identities", whose: "account_id = @account", shown: "id issuer subject created_at"},
	{table: "consents", whose: "account_id = @account", shown: "id document version given_at withdrawn_at"},
	{table: "api_keys", whose: "created_by = @account", shown: "id organisation_id name scopes created_at expires_at revoked_at", stay: true},
	{table: "imports", whose: "account_id = @account", shown: "id organisation_id side format created_at finished_at", stay: true},
	{table: "proofs", whose: "account_id = @account OR email = @email", shown: "id kind email created_at expires_at used_at", erase: true},
	{table: "reports", whose: "account_id = @account", shown: "id side subject kind text created_at outcome reason closed_at"},
	{table: "catalogue_proposals", whose: "account_id = @account",
		shown: "id organisation_id competence_id label_kk label_ru label_en synonyms comment created_at status reason decided_at", stay: true},
	{table: "answers", whose: "account_id = @account", shown: "operation key status created_at", erase: true},
	{table: "letters", whose: "recipient = @email", shown: "id kind recipient language facts created_at", erase: true},
	{table: "audit", whose: "account_id = @account", shown: "id at deed subject_kind subject organisation note", stay: true},
}

// PersonalTables names the tables that tell of people.
func PersonalTables() []string {
	names := make([]string, 0, len(personals))
	for _, p := range personals {
		names = append(names, p.table)
	}
	return names
}

// PersonalRecords returns all that every table has of an account at one moment.
func (r reader) PersonalRecords(ctx context.Context, account uuid.UUID, email string) ([]domain.PersonalRecords, error) {
	var out []domain.PersonalRecords
	err := r.snapshot(ctx, func(db *gorm.DB) error {
		for _, p := range personals {
			rows, err := p.rows(db, account, email)
			if err != nil {
				return err
			}
			out = append(out, domain.PersonalRecords{Table: p.table, Rows: rows})
		}
		return nil
	})
	return out, err
}

func (p personal) rows(db *gorm.DB, account uuid.UUID, email string) ([]map[string]any, error) {
	columns := strings.Fields(p.shown)
	cast := make([]string, len(columns))
	for i, c := range columns {
		if cast[i] = strings.TrimPrefix(c, "is:"); cast[i] == c && !isTime(c) {
			cast[i] = "CAST(" + c + " AS text)"
		}
	}
	found, err := p.of(db, account, email).Select(strings.Join(cast, ", ")).Order(cast[0]).Rows()
	if err != nil {
		return nil, err
	}
	defer found.Close() //nolint:errcheck // what it would say, Err says
	out := []map[string]any{}
	for found.Next() {
		cells := make([]any, len(columns))
		for i, c := range columns {
			switch {
			case strings.HasPrefix(c, "is:"):
				cells[i] = new(bool)
			case isTime(c):
				cells[i] = new(stamp)
			default:
				cells[i] = new(sql.NullString)
			}
		}
		if err := found.Scan(cells...); err != nil {
			return nil, err
		}
		row := make(map[string]any, len(columns))
		for i, c := range columns {
			row[strings.TrimPrefix(c, "is:")] = plain(cells[i])
		}
		out = append(out, row)
	}
	return out, found.Err()
}

func isTime(column string) bool {
	return column == "at" || column == "since" || strings.HasSuffix(column, "_at")
}

// plain returns a cell as JSON has it.
func plain(cell any) any {
	switch cell := cell.(type) {
	case *bool:
		return *cell
	case *stamp:
		if t := cell.time(); !t.IsZero() {
			return t.Format(time.RFC3339Nano)
		}
	case *sql.NullString:
		if cell.Valid {
			return cell.String
		}
	}
	return nil
}

// of narrows to a person's rows.
func (p personal) of(db *gorm.DB, account uuid.UUID, email string) *gorm.DB {
	return db.Session(&gorm.Session{NewDB: true, Context: db.Statement.Context}).Table(p.table).
		Where(p.whose, sql.Named("account", account), sql.Named("email", email))
}

// EraseAccount drops an account and all that tells of it; what stays in the audit names nobody any more.
func (u *unit) EraseAccount(ctx context.Context, account uuid.UUID, email string) error {
	return u.in(ctx, func(db *gorm.DB) error {
		for i := len(personals) - 1; i >= 0; i-- { // the account last
			p := personals[i]
			if !p.erase {
				continue
			}
			if err := p.of(db, account, email).Delete(nil).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

type consentRow struct {
	ID        uuid.UUID `gorm:"column:id;primaryKey"`
	AccountID uuid.UUID `gorm:"column:account_id"`
	Document  string    `gorm:"column:document"`
	Version   string    `gorm:"column:version"`
	Given     stamp     `gorm:"column:given_at"`
	Withdrawn stamp     `gorm:"column:withdrawn_at"`
}

// TableName returns the table.
func (consentRow) TableName() string { return "consents" }

func (r consentRow) noun() domain.Consent {
	return domain.Consent{
		ID: r.ID, AccountID: r.AccountID, Document: r.Document, Version: r.Version,
		GivenAt: r.Given.time(), WithdrawnAt: r.Withdrawn.time(),
	}
}

// Consents lists what an account has agreed to, newest first.
func (r reader) Consents(ctx context.Context, account uuid.UUID) ([]domain.Consent, error) {
	var rows []consentRow
	err := r.query(ctx, func(db *gorm.DB) error {
		return db.Where("account_id = ?", account).Order("id DESC").Find(&rows).Error
	})
	return nouns(rows, consentRow.noun), err
}

// SaveConsent keeps a consent, or when it was withdrawn.
func (u *unit) SaveConsent(ctx context.Context, c domain.Consent) error {
	row := consentRow{
		ID: c.ID, AccountID: c.AccountID, Document: c.Document, Version: c.Version, Given: stamp(c.GivenAt), Withdrawn: stamp(c.WithdrawnAt),
	}
	return u.in(ctx, func(db *gorm.DB) error {
		return db.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"withdrawn_at"}),
		}).Create(&row).Error
	})
}

// ForgetSessions drops refresh tokens that ran out before a time, and says how many.
func (s *Store) ForgetSessions(ctx context.Context, before time.Time) (int, error) {
	return s.forget(ctx, &refreshRow{}, "expires_at < ?", before)
}
