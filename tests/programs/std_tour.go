// Much of the standard library, a few lines each.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"
	"text/template"
	"time"
	"unicode"
)

type Item struct {
	Name  string         `json:"name"`
	Price float64        `json:"price,omitempty"`
	Tags  []string       `json:"tags"`
	Meta  map[string]any `json:"meta,omitempty"`
	When  time.Time      `json:"when"`
	inner int
}

func main() {
	item := Item{"lamp", 12.5, []string{"a", "b"}, map[string]any{"k": 1, "n": nil}, time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), 3}
	text, err := json.Marshal(item)
	fmt.Println(string(text), err)
	var back Item
	fmt.Println(json.Unmarshal(text, &back), back.Name, back.Meta["k"], back.When.Weekday())
	fmt.Println(json.Unmarshal([]byte(`{"name": 1}`), &back))

	t := template.Must(template.New("t").Parse("{{range $i, $e := .}}{{if $i}}, {{end}}{{$e | printf \"%q\"}}{{end}}\n"))
	fmt.Println(t.Execute(os.Stdout, []string{"x", "y<z"}))

	re := regexp.MustCompile(`(\w+)@(\w+)\.com`)
	fmt.Println(re.FindAllStringSubmatch("ann@one.com, bob@two.com", -1), re.ReplaceAllString("ann@one.com", "$2/$1"))

	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	io.WriteString(w, strings.Repeat("compress me ", 100))
	w.Close()
	r, _ := gzip.NewReader(&zipped)
	plain, err := io.ReadAll(r)
	fmt.Println(len(plain), err)

	fmt.Println(hex.EncodeToString(sha256.New().Sum(nil))[:16], base64.StdEncoding.EncodeToString([]byte("govm!")))
	fmt.Println(binary.BigEndian.AppendUint32(nil, 0xdeadbeef), binary.LittleEndian.Uint16([]byte{1, 2}))
	f := new(big.Int).MulRange(1, 30)
	fmt.Println(f, new(big.Int).Exp(big.NewInt(3), big.NewInt(100), big.NewInt(1000007)))
	fmt.Println(math.Sqrt(2), math.Inf(-1), math.Pow(2, 0.5), math.Floor(-1.5), math.MaxInt64)
	n, err := strconv.Atoi("12x")
	fmt.Println(n, err, strconv.Quote("a\tb\u00e9"), strconv.FormatFloat(1e21, 'g', -1, 64))

	tw := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "a\tbb\tccc\t")
	fmt.Fprintln(tw, "dddd\te\tf\t")
	tw.Flush()

	people := []struct {
		Name string
		Age  int
	}{{"Eve", 30}, {"Bob", 25}, {"Al", 30}}
	sort.SliceStable(people, func(i, j int) bool { return people[i].Age < people[j].Age })
	fmt.Printf("%v %+v\n", people, people[0])

	v := reflect.ValueOf(&item).Elem()
	for i := range v.NumField() {
		fmt.Print(v.Type().Field(i).Name, ":", v.Type().Field(i).Type, " ")
	}
	v.Field(0).SetString("desk")
	fmt.Println(item.Name, reflect.DeepEqual(item, back), reflect.TypeOf(main))
	swap := reflect.MakeFunc(reflect.TypeOf(func(int, string) (string, int) { return "", 0 }), func(in []reflect.Value) []reflect.Value {
		return []reflect.Value{in[1], in[0]}
	}).Interface().(func(int, string) (string, int))
	fmt.Println(swap(7, "seven"))

	lines := bufio.NewScanner(strings.NewReader("one\ntwo three\n"))
	for lines.Scan() {
		fmt.Print(strings.FieldsFunc(lines.Text(), unicode.IsSpace), " ")
	}
	fmt.Println(filepath.Join("a", "..", "b", "c.txt"), filepath.Ext("x.tar.gz"))
	d, _ := time.ParseDuration("1h15m30.5s")
	fmt.Println(d, d.Minutes(), item.When.Add(d).Format(time.RFC1123), item.When.AddDate(1, 0, 0).Format("2006-01-02"))
	_, err = os.Open("/does/not/exist")
	fmt.Println(err, os.IsNotExist(err))
}
