package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/internal/files"
)

func thing() object {
	return object{
		"id": "1", "version": 3.0, "title": object{"ru": "Курс", "display": "Курс"}, "price": object{"amount": 0.0, "currency": "KZT"}, "url": nil,
		"outcomes": []any{object{"competence": object{"id": "digcomp:1.1", "label": "…"}, "level": 3.0}},
	}
}

func TestEachDifferenceIsTold(t *testing.T) {
	of := func(change func(object)) map[string]object {
		one := thing()
		change(one)
		return map[string]object{"a": fields(one)}
	}
	want := of(func(object) {})
	require.Empty(t, differences(want, of(func(o object) { o["id"], o["version"] = "2", 4.0 })), "that is its server's own")
	for name, change := range map[string]func(object){
		"title":    func(o object) { o["title"].(object)["ru"] = "Курсы" },
		"price":    func(o object) { o["price"] = nil },
		"url":      func(o object) { o["url"] = "https://example.kz" },
		"outcomes": func(o object) { o["outcomes"].([]any)[0].(object)["level"] = 4.0 },
		"new":      func(o object) { o["new"] = 1.0 },
	} {
		told := differences(want, of(change))
		require.Len(t, told, 1, name)
		require.Contains(t, told[0], "a: "+name+" is ")
	}
	require.Equal(t, []string{"a: is missing", "b: nobody sent it"}, differences(want, map[string]object{"b": want["a"]}))
	require.ErrorContains(t, fault("things", []string{"a: is missing"}), "things: 1 faults\n  a: is missing")
	require.NoError(t, fault("things", nil))
}

func TestWhatWasSentIsComparedAsItWasSent(t *testing.T) {
	require.Equal(t, object{
		"title": object{"ru": "Курс"}, "price": object{"currency": "KZT"}, "outcomes": []any{object{"competence_id": "digcomp:1.1", "level": 3.0}},
	}, sentFields(thing()))
}

func TestADumpIsCutIntoFilesThatAreTaken(t *testing.T) {
	long := strings.Repeat("я", 100_000) // some 200 KB
	const n = 120
	var lines, table, graph bytes.Buffer
	rows := csv.NewWriter(&table)
	require.NoError(t, rows.Write([]string{"external_id", "title_ru"}))
	graph.WriteString(`{"@context":"https://schema.org","@graph":[`)
	for i := range n {
		fmt.Fprintf(&lines, "{%q:%q}\n", "title", long)
		require.NoError(t, rows.Write([]string{fmt.Sprint(i), long + "\n\"" + "конец"}))
		if i > 0 {
			graph.WriteString(",\n")
		}
		fmt.Fprintf(&graph, `{"@type":"Course","name":%q}`, long)
	}
	rows.Flush()
	graph.WriteString("]}")
	for format, dump := range map[files.Format][]byte{files.JSONL: lines.Bytes(), files.CSV: table.Bytes(), files.JSONLD: graph.Bytes()} {
		list, err := parts(format, dump)
		require.NoError(t, err)
		require.Len(t, list, 3, format)
		found := 0
		for _, file := range list {
			require.LessOrEqual(t, len(file), mostBytes)
			switch format {
			case files.JSONL:
				found += bytes.Count(file, []byte("\n"))
			case files.CSV:
				read, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
				require.NoError(t, err)
				require.Equal(t, []string{"external_id", "title_ru"}, read[0])
				found += len(read) - 1
			default:
				var whole map[string]any
				require.NoError(t, json.Unmarshal(file, &whole))
				found += len(whole["@graph"].([]any))
			}
		}
		require.Equal(t, n, found, "%s: nothing is lost where it is cut", format)
	}
}
