package files_test

import (
	"archive/zip"
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"kopir/domain"
	"kopir/internal/files"
)

// inflated is a workbook one part of which is some hundred megabytes of a row, once it is unpacked.
func inflated(t *testing.T, part string) []byte {
	t.Helper()
	book := excelize.NewFile()
	require.NoError(t, book.SetCellValue("Sheet1", "A1", "title_ru"))
	sound, err := book.WriteToBuffer()
	require.NoError(t, err)
	from, err := zip.NewReader(bytes.NewReader(sound.Bytes()), int64(sound.Len()))
	require.NoError(t, err)
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, each := range from.File {
		if each.Name != part {
			require.NoError(t, to.Copy(each))
		}
	}
	w, err := to.Create(part)
	require.NoError(t, err)
	_, err = io.WriteString(w, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	require.NoError(t, err)
	rows := []byte(strings.Repeat(`<row><c t="inlineStr"><is><t>a</t></is></c></row>`, 20_000))
	for range 300 {
		_, err = w.Write(rows)
		require.NoError(t, err)
	}
	_, err = io.WriteString(w, `</sheetData></worksheet>`)
	require.NoError(t, err)
	require.NoError(t, to.Close())
	return out.Bytes()
}

func TestAWorkbookThatUnpacksToHundredsOfMegabytesIsRefused(t *testing.T) {
	for _, part := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/no-part-of-it.bin"} {
		t.Run(part, func(t *testing.T) {
			bomb := inflated(t, part)
			require.Less(t, len(bomb), 2<<20)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			rows, err := files.Read(files.XLSX, "", domain.DemandSide, bomb)
			runtime.ReadMemStats(&after)
			var refusal *files.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, domain.CodeFileTooLarge, refusal.Reason.Code)
			require.Equal(t, "в распакованном виде файл слишком велик: можно не больше 64 МиБ", refusal.Reason.In(domain.Russian))
			require.Empty(t, rows)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), "bytes taken in all")
		})
	}
}
