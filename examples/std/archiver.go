// gzip and tar: packs a folder, lists the archive, unpacks it and compares.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func pack(w io.Writer, root string) error {
	zipper := gzip.NewWriter(w)
	archive := tar.NewWriter(zipper)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		header, err := tar.FileInfoHeader(info, "")
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		header.Name = filepath.ToSlash(name)
		header.ModTime = time.Unix(0, 0)
		if err := archive.WriteHeader(header); err != nil || d.IsDir() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(archive, file)
		return err
	})
	if err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return zipper.Close()
}

func unpack(r io.Reader, root string) error {
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	archive := tar.NewReader(zipped)
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Printf("%c %6d %s\n", "fd"[b2i(header.Typeflag == tar.TypeDir)], header.Size, header.Name)
		path := filepath.Join(root, filepath.FromSlash(header.Name))
		if header.Typeflag == tar.TypeDir {
			if err := os.MkdirAll(path, 0o755); err != nil {
				return err
			}
			continue
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, data, fs.FileMode(header.Mode)); err != nil {
			return err
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func digest(root string) string {
	sum := sha256.New()
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, _ := os.ReadFile(path)
			name, _ := filepath.Rel(root, path)
			fmt.Fprintf(sum, "%s %d\n%s", name, len(data), data)
		}
		return nil
	})
	return fmt.Sprintf("%x", sum.Sum(nil))[:16]
}

func main() {
	folder, err := os.MkdirTemp("", "archiver")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	from, to := filepath.Join(folder, "from"), filepath.Join(folder, "to")
	for name, text := range map[string]string{
		"readme.txt":     "read me\n",
		"data/zeros.bin": string(make([]byte, 100_000)),
		"data/lines.txt": strings.Repeat("the same line again\n", 1000),
	} {
		path := filepath.Join(from, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			log.Fatal(err)
		}
	}
	os.Mkdir(to, 0o755)
	var archive bytes.Buffer
	if err := pack(&archive, from); err != nil {
		log.Fatal(err)
	}
	fmt.Println("small:", archive.Len() < 2000)
	if err := unpack(&archive, to); err != nil {
		log.Fatal(err)
	}
	fmt.Println(digest(from) == digest(to), digest(to))
}
