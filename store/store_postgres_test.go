package store_test

import (
	"testing"

	"kopir/store/storetest"
)

func TestPostgres(t *testing.T) { storetest.Run(t, storetest.Postgres) }
