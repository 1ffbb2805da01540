package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// slow is how long a statement may take before it is noted.
const slow = 200 * time.Millisecond

// longestShape is how many bytes of a shape are noted: one that names a thousand ids says nothing more after that.
const longestShape = 1000

// shapes is GORM's logger: it notes slow statements by their shape, and never sees a parameter, since parameters are
// people's data. Errors are for whoever gets them to log.
type shapes struct {
	log     *slog.Logger
	observe func(shape string, took time.Duration, err error)
}

// LogMode keeps the logger as it is: its level is slog's.
func (l shapes) LogMode(logger.LogLevel) logger.Interface { return l }

// Info notes what GORM itself says, without its data.
func (l shapes) Info(ctx context.Context, msg string, _ ...any) { l.log.DebugContext(ctx, msg) }

// Warn notes what GORM itself warns of, without its data.
func (l shapes) Warn(ctx context.Context, msg string, _ ...any) { l.log.WarnContext(ctx, msg) }

// Error notes what GORM itself complains of, without its data.
func (l shapes) Error(ctx context.Context, msg string, _ ...any) { l.log.ErrorContext(ctx, msg) }

// ParamsFilter keeps parameters out of what Trace is given.
func (l shapes) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// Trace is told of every statement.
func (l shapes) Trace(ctx context.Context, began time.Time, statement func() (string, int64), err error) {
	took := time.Since(began)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = nil
	}
	if l.observe != nil {
		shape, _ := statement()
		l.observe(shape, took, err)
	}
	if took > slow {
		shape, rows := statement()
		l.log.WarnContext(ctx, "slow statement", "shape", shape[:min(len(shape), longestShape)], "rows", rows, "took", took.Round(time.Millisecond).String())
	}
}
