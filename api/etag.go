package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// tag makes the handler's entity tag, which says the version, one of exactly this representation: "<version>" becomes
// "<version>-<hash of the body>", for the same version reads otherwise in another language. If-Match takes either, and
// looks at the version. A representation that the reader holds already is not sent again.
func (e *edge) tag(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if x := exchangeOf(c.Request().Context()); x.op == nil || !x.op.tagged {
			return next(c)
		}
		held, err := hold(c, next)
		if err != nil {
			return err
		}
		version := strings.Trim(held.header.Get("ETag"), `"`)
		if version == "" || held.status >= http.StatusMultipleChoices {
			return held.give(c)
		}
		hash := sha256.Sum256(held.body.Bytes())
		tag := `"` + version + "-" + hex.EncodeToString(hash[:8]) + `"`
		held.header.Set("ETag", tag)
		if c.Request().Method == http.MethodGet && holds(c.Request().Header.Values("If-None-Match"), tag) {
			held.status = http.StatusNotModified
			held.body.Reset()
			held.header.Del("Content-Type")
		}
		return held.give(c)
	}
}

// holds says whether If-None-Match names a tag (RFC 9110, 13.1.2: the weak comparison).
func holds(lines []string, tag string) bool {
	for _, line := range lines {
		for each := range strings.SplitSeq(line, ",") { // our tags have no commas
			if each = strings.TrimSpace(each); each == "*" || strings.TrimPrefix(each, "W/") == tag {
				return true
			}
		}
	}
	return false
}
