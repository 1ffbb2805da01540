package domain_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestTheNearestOwnLevelIsTheOneThatEarnsMost(t *testing.T) {
	rel := frameworks(t).Relations()
	asked := outcomes("esco:a", 4)[0]
	require.Equal(t, outcomes("esco:a", 3)[0], domain.NearestOwn(rel, asked, outcomes("esco:narrow", 3, "esco:a", 3)))
	require.Equal(t, outcomes("esco:narrow", 8)[0], domain.NearestOwn(rel, asked, outcomes("esco:narrow", 8, "esco:a", 2)))
	require.Equal(t, domain.Outcome{}, domain.NearestOwn(rel, asked, outcomes("esco:c", 8)))
	require.Equal(t, domain.Outcome{}, domain.NearestOwn(rel, asked, nil))
}

func TestAnOrganisationMayNameNoRegionButNoWrongOne(t *testing.T) {
	form := organisationForm()
	form.Region = ""
	o, err := domain.NewOrganisation(uuid.Nil, form, noon)
	require.NoError(t, err)
	require.Empty(t, o.Region)
	form.Region = "KZ-00"
	_, err = domain.NewOrganisation(uuid.Nil, form, noon)
	require.Equal(t, domain.Invalid, domain.KindOf(err))
}
