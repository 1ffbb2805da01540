package store_test

import (
	"testing"

	"kopir/store/storetest"
)

func TestSQLite(t *testing.T) { storetest.Run(t, storetest.SQLite) }
