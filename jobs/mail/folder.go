package mail

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"kopir/domain"
)

// Folder is a Sender that writes each message into a file of its own, for whoever sits at the machine: what is sent twice
// is one file.
type Folder struct {
	Path string // made, for its owner alone, if it is not there
}

// Send writes the message.
func (f Folder) Send(_ context.Context, m domain.Message) error {
	if err := os.MkdirAll(f.Path, 0o700); err != nil {
		return err
	}
	name := filepath.Join(f.Path, fmt.Sprintf("%s-%s-%s.txt", m.At.UTC().Format("20060102T150405Z"), m.Kind, m.ID))
	text := fmt.Sprintf("To: %s\nSubject: %s\nContent-Language: %s\n\n%s", m.To, m.Subject, m.Language, m.Body)
	if err := os.WriteFile(name+".part", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}
