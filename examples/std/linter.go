// A linter on go/types: results of type error that are dropped, and exported functions without a comment.
package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"sort"
)

const sample = `package sample

// Parse has a comment.
func Parse(s string) (int, error) { return len(s), nil }

func Lonely() {
	Parse("1")
	go save()
	defer save()
	_, _ = Parse("2")
	println("fine")
}

func save() error { return nil }
`

type finding struct {
	at   token.Position
	text string
}

func lint(files *token.FileSet, file *ast.File) ([]finding, error) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: importer.ForCompiler(files, "source", nil)}
	if _, err := config.Check(file.Name.Name, files, []*ast.File{file}, info); err != nil {
		return nil, err
	}
	var found []finding
	report := func(at token.Pos, format string, args ...any) {
		found = append(found, finding{files.Position(at), fmt.Sprintf(format, args...)})
	}
	errorType := types.Universe.Lookup("error").Type()
	drops := func(e ast.Expr) {
		call, ok := e.(*ast.CallExpr)
		if !ok {
			return
		}
		results, _ := info.TypeOf(call).(*types.Tuple)
		last := info.TypeOf(call)
		if results != nil && results.Len() > 0 {
			last = results.At(results.Len() - 1).Type()
		}
		if last != nil && types.Identical(last, errorType) {
			report(call.Pos(), "the error of %s is dropped", types.ExprString(call.Fun))
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ExprStmt:
			drops(n.X)
		case *ast.GoStmt:
			drops(n.Call)
		case *ast.DeferStmt:
			drops(n.Call)
		case *ast.FuncDecl:
			if n.Name.IsExported() && n.Doc == nil {
				report(n.Pos(), "%s has no comment", n.Name.Name)
			}
		}
		return true
	})
	sort.Slice(found, func(i, j int) bool { return found[i].at.Offset < found[j].at.Offset })
	return found, nil
}

func main() {
	name, source := "sample.go", any(sample)
	if len(os.Args) > 1 {
		name, source = os.Args[1], nil
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	found, err := lint(files, file)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for _, f := range found {
		fmt.Printf("%s: %s\n", f.at, f.text)
	}
}
