// A report over CSV data with database/sql; the driver, a table in memory that knows three statements, is this file's.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
)

const sales = `region,product,amount
north,apples,12.50
south,pears,7
north,pears,3.25
east,"plums, dried",9.75
south,apples,1
`

type row struct {
	region, product string
	amount          float64
}

type memory struct{ rows []row }

func (m *memory) Open(string) (driver.Conn, error) { return &conn{m}, nil }

type conn struct{ db *memory }

func (c *conn) Close() error              { return nil }
func (c *conn) Begin() (driver.Tx, error) { return &tx{c.db, len(c.db.rows)}, nil }
func (c *conn) Prepare(query string) (driver.Stmt, error) {
	switch word, _, _ := strings.Cut(query, " "); word {
	case "INSERT", "TOTALS", "SELECT":
		return &stmt{c.db, word}, nil
	}
	return nil, errors.New("memory: unknown statement: " + query)
}

type tx struct {
	db     *memory
	before int
}

func (t *tx) Commit() error   { return nil }
func (t *tx) Rollback() error { t.db.rows = t.db.rows[:t.before]; return nil }

type stmt struct {
	db   *memory
	word string
}

func (s *stmt) Close() error  { return nil }
func (s *stmt) NumInput() int { return map[string]int{"INSERT": 3, "TOTALS": 0, "SELECT": 1}[s.word] }
func (s *stmt) Exec(args []driver.Value) (driver.Result, error) {
	s.db.rows = append(s.db.rows, row{args[0].(string), args[1].(string), args[2].(float64)})
	return driver.RowsAffected(1), nil
}

func (s *stmt) Query(args []driver.Value) (driver.Rows, error) {
	out := &rows{}
	if s.word == "SELECT" {
		out.columns = []string{"product", "amount"}
		for _, r := range s.db.rows {
			if r.region == args[0] {
				out.data = append(out.data, []driver.Value{r.product, r.amount})
			}
		}
		return out, nil
	}
	out.columns = []string{"region", "count", "total"}
	at := map[string]int{}
	for _, r := range s.db.rows {
		i, ok := at[r.region]
		if !ok {
			i = len(out.data)
			at[r.region] = i
			out.data = append(out.data, []driver.Value{r.region, int64(0), 0.0})
		}
		out.data[i][1] = out.data[i][1].(int64) + 1
		out.data[i][2] = out.data[i][2].(float64) + r.amount
	}
	return out, nil
}

type rows struct {
	columns []string
	data    [][]driver.Value
}

func (r *rows) Columns() []string { return r.columns }
func (r *rows) Close() error      { return nil }
func (r *rows) Next(to []driver.Value) error {
	if len(r.data) == 0 {
		return io.EOF
	}
	copy(to, r.data[0])
	r.data = r.data[1:]
	return nil
}

func load(db *sql.DB, text string) (count int, err error) {
	transaction, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			transaction.Rollback()
		}
	}()
	insert, err := transaction.Prepare("INSERT ? ? ?")
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return 0, err
	}
	for _, record := range records[1:] {
		amount, err := strconv.ParseFloat(record[2], 64)
		if err != nil {
			return count, err
		}
		if _, err := insert.Exec(record[0], record[1], amount); err != nil {
			return count, err
		}
		count++
	}
	return count, transaction.Commit()
}

func main() {
	sql.Register("memory", &memory{})
	db, err := sql.Open("memory", "")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	fmt.Println(load(db, sales))
	fmt.Println(load(db, "region,product,amount\nwest,figs,1.5\nwest,figs,many\n"))

	totals, err := db.Query("TOTALS")
	if err != nil {
		log.Fatal(err)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "region\tcount\ttotal\t")
	for totals.Next() {
		var region string
		var count int
		var total float64
		if err := totals.Scan(&region, &count, &total); err != nil {
			log.Fatal(err)
		}
		fmt.Fprintf(table, "%s\t%d\t%.2f\t\n", region, count, total)
	}
	table.Flush()
	var product string
	var amount float64
	fmt.Println(db.QueryRow("SELECT ?", "east").Scan(&product, &amount), product, amount)
	fmt.Println(db.QueryRow("SELECT ?", "west").Scan(&product, &amount) == sql.ErrNoRows)
	_, err = db.Exec("DROP everything")
	fmt.Println(err)
}
