// Package console writes values for people: what a session shows of an expression.
package console

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a value may take.
const (
	maxDepth    = 6
	maxElements = 100
	maxString   = 4000
)

// The values given to the last Keep: how each is written, and its dynamic type.
var Texts, Types []string

// Keep writes values down for the host to fetch.
func Keep(values ...any) {
	Texts, Types = nil, nil
	for _, v := range values {
		text, typ := Text(v), "nil"
		if v != nil {
			typ = reflect.TypeOf(v).String()
		}
		Texts, Types = append(Texts, text), append(Types, typ)
	}
}

// Text writes a value without its own type: {X: 1, Y: "a"}.
func Text(v any) string {
	if v == nil {
		return "nil"
	}
	var p printer
	p.value(reflect.ValueOf(v), 0)
	return p.String()
}

type printer struct {
	strings.Builder
}

// method writes what the value says of itself, if it is an error or a fmt.Stringer.
func (p *printer) method(v reflect.Value) (done bool) {
	if !v.CanInterface() || v.Kind() == reflect.Pointer && v.IsNil() {
		return false
	}
	defer func() {
		if recover() != nil {
			done = false
		}
	}()
	switch x := v.Interface().(type) {
	case reflect.Type:
		p.WriteString(x.String())
	case error:
		p.WriteString(cut(x.Error()))
	case fmt.Stringer:
		p.WriteString(cut(x.String()))
	default:
		return false
	}
	return true
}

func cut(s string) string {
	if len(s) <= maxString {
		return s
	}
	n := maxString
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + fmt.Sprintf("... (%d bytes)", len(s))
}

func quoted(s string) string {
	if len(s) <= maxString {
		return strconv.Quote(s)
	}
	return strconv.Quote(s[:maxString]) + fmt.Sprintf("... (%d bytes)", len(s))
}

func (p *printer) value(v reflect.Value, depth int) {
	if v.Type().PkgPath() != "" || v.Kind() == reflect.Pointer {
		if p.method(v) {
			return
		}
	}
	switch v.Kind() {
	case reflect.Bool:
		p.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.WriteString(strconv.FormatUint(v.Uint(), 10))
	case reflect.Uintptr:
		p.WriteString("0x" + strconv.FormatUint(v.Uint(), 16))
	case reflect.Float32:
		p.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, 32))
	case reflect.Float64:
		p.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	case reflect.Complex64:
		p.WriteString(strconv.FormatComplex(v.Complex(), 'g', -1, 64))
	case reflect.Complex128:
		p.WriteString(strconv.FormatComplex(v.Complex(), 'g', -1, 128))
	case reflect.String:
		p.WriteString(quoted(v.String()))
	case reflect.Interface:
		p.inner(v.Elem(), depth)
	case reflect.Pointer:
		p.pointer(v, depth)
	case reflect.Struct:
		p.structure(v, depth)
	case reflect.Array, reflect.Slice:
		p.elements(v, depth)
	case reflect.Map:
		p.entries(v, depth)
	case reflect.Chan:
		p.reference(v, fmt.Sprintf("chan, %d of %d", v.Len(), v.Cap()))
	case reflect.Func:
		p.reference(v, "func")
	default:
		p.reference(v, "")
	}
}

// inner writes a value of an interface: its type is news.
func (p *printer) inner(v reflect.Value, depth int) {
	if !v.IsValid() {
		p.WriteString("nil")
		return
	}
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.String, reflect.Float64:
		if v.Type().PkgPath() == "" {
			p.value(v, depth)
			return
		}
	case reflect.Pointer:
		p.value(v, depth)
		return
	}
	p.WriteString(v.Type().String())
	if v.Kind() == reflect.Struct || v.Kind() == reflect.Slice || v.Kind() == reflect.Map || v.Kind() == reflect.Array {
		p.value(v, depth)
		return
	}
	p.WriteByte('(')
	p.value(v, depth)
	p.WriteByte(')')
}

func (p *printer) reference(v reflect.Value, what string) {
	if v.IsNil() {
		p.WriteString("nil")
		return
	}
	if what != "" {
		p.WriteString("(" + what + ")")
	}
	p.WriteString("0x" + strconv.FormatUint(uint64(v.Pointer()), 16))
}

func (p *printer) pointer(v reflect.Value, depth int) {
	switch {
	case v.IsNil():
		p.WriteString("nil")
	case depth == 0 && v.Elem().Kind() != reflect.Pointer:
		p.WriteByte('&')
		p.value(v.Elem(), depth+1)
	default:
		p.reference(v, v.Type().String())
	}
}

func (p *printer) structure(v reflect.Value, depth int) {
	if p.tooDeep(depth) {
		return
	}
	t := v.Type()
	p.WriteByte('{')
	for i := range v.NumField() {
		if i > 0 {
			p.WriteString(", ")
		}
		p.WriteString(t.Field(i).Name + ": ")
		p.value(v.Field(i), depth+1)
	}
	p.WriteByte('}')
}

func (p *printer) tooDeep(depth int) bool {
	if depth < maxDepth {
		return false
	}
	p.WriteString("{...}")
	return true
}

func (p *printer) elements(v reflect.Value, depth int) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		p.WriteString("nil")
		return
	}
	if p.tooDeep(depth) {
		return
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && v.Len() > 0 && isText(v.Bytes()) {
		p.WriteString(quoted(string(v.Bytes())))
		return
	}
	p.WriteByte('{')
	for i := range v.Len() {
		if i > 0 {
			p.WriteString(", ")
		}
		if i == maxElements {
			fmt.Fprintf(p, "... (%d elements)", v.Len())
			break
		}
		p.value(v.Index(i), depth+1)
	}
	p.WriteByte('}')
}

func isText(b []byte) bool {
	for _, r := range string(b) {
		if r == utf8.RuneError || r != '\n' && r != '\t' && !strconv.IsPrint(r) {
			return false
		}
	}
	return true
}

func (p *printer) entries(v reflect.Value, depth int) {
	if v.IsNil() {
		p.WriteString("nil")
		return
	}
	if p.tooDeep(depth) {
		return
	}
	type entry struct{ key, value string }
	var all []entry
	for it := v.MapRange(); it.Next() && len(all) < maxElements; {
		var k, e printer
		k.value(it.Key(), depth+1)
		e.value(it.Value(), depth+1)
		all = append(all, entry{k.String(), e.String()})
	}
	slices.SortFunc(all, func(a, b entry) int { return compareKeys(v.Type().Key().Kind(), a.key, b.key) })
	p.WriteByte('{')
	for i, e := range all {
		if i > 0 {
			p.WriteString(", ")
		}
		p.WriteString(e.key + ": " + e.value)
	}
	if len(all) < v.Len() {
		fmt.Fprintf(p, ", ... (%d entries)", v.Len())
	}
	p.WriteByte('}')
}

// compareKeys orders numbers by value, the rest by text.
func compareKeys(kind reflect.Kind, a, b string) int {
	if kind >= reflect.Int && kind <= reflect.Float64 {
		x, err1 := strconv.ParseFloat(a, 64)
		y, err2 := strconv.ParseFloat(b, 64)
		if err1 == nil && err2 == nil && x != y {
			if x < y {
				return -1
			}
			return 1
		}
	}
	return strings.Compare(a, b)
}
