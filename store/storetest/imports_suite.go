package storetest

import (
	"github.com/google/uuid"

	"kopir/domain"
)

// someImport is an import that an account has started.
func someImport(organisation, account uuid.UUID) *domain.Import {
	return &domain.Import{
		ID: newID(), Organisation: organisation, Starter: domain.Actor{AccountID: account}, Side: domain.DemandSide, Format: "csv",
		Status: domain.ImportRunning, CreatedAt: now,
	}
}
