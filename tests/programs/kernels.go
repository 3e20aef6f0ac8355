package main

// What natives compute instead of Go's code: hashes, ciphers, curves, big numbers, encodings, searching.

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"math/big"
	"strings"
	"unicode/utf8"
)

var text = bytes.Repeat([]byte("gophers dig tunnels; "), 9000)

func digest(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

func hashes() {
	for _, n := range []int{0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, 65536, 65537, 189000} {
		b := text[:n]
		fmt.Printf("%d %x %x %x %x\n", n, md5.Sum(b), sha1.Sum(b), sha256.Sum256(b), sha3.Sum256(b))
		fmt.Printf("%x\n", sha512.Sum512(b))
		fmt.Println(crc32.ChecksumIEEE(b), crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)),
			crc32.Checksum(b, crc32.MakeTable(crc32.Koopman)), adler32.Checksum(b))
	}
	fmt.Println(crc32.Update(7, crc32.IEEETable, nil), crc32.Update(7, crc32.MakeTable(crc32.Castagnoli), nil))
	for _, h := range []hash.Hash{crc32.NewIEEE(), adler32.New(), md5.New(), sha1.New(), sha256.New(), sha512.New(), sha3.New512()} {
		for i := 0; i < 300; i += 7 {
			h.Write(text[i : 2*i])
			h.Write(nil)
		}
		fmt.Printf("%x\n", h.Sum(nil))
	}
}

func ciphers() {
	for _, size := range []int{16, 24, 32} {
		block, err := aes.NewCipher(text[:size])
		fmt.Println(block.BlockSize(), err)
		out := make([]byte, 48)
		block.Encrypt(out, text)
		block.Decrypt(out[16:], out)
		fmt.Printf("%x %s\n", out[:16], out[16:32])
		gcm, _ := cipher.NewGCM(block)
		for _, n := range []int{0, 1, 16, 100, 70000} {
			sealed := gcm.Seal(nil, text[:12], text[:n], text[:n/2])
			opened, err := gcm.Open(nil, text[:12], sealed, text[:n/2])
			fmt.Println(n, digest(sealed), bytes.Equal(opened, text[:n]), err)
			sealed[0] ^= 1
			_, err = gcm.Open(nil, text[:12], sealed, text[:n/2])
			fmt.Println(err)
		}
		long := make([]byte, 1003)
		iv := bytes.Repeat([]byte{255}, 16) // the counter overflows
		cipher.NewCTR(block, iv).XORKeyStream(long, text[:1003])
		fmt.Println(digest(long))
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(long[:992], long[:992])
		fmt.Println(digest(long))
	}
}

func curves() {
	for _, c := range []ecdh.Curve{ecdh.P256(), ecdh.P384(), ecdh.P521(), ecdh.X25519()} {
		size := map[ecdh.Curve]int{ecdh.P256(): 32, ecdh.P384(): 48, ecdh.P521(): 66, ecdh.X25519(): 32}[c]
		seed := bytes.Clone(text[:size])
		seed[0] = 0
		a, err := c.NewPrivateKey(seed)
		seed[1]++
		b, _ := c.NewPrivateKey(seed)
		x, _ := a.ECDH(b.PublicKey())
		y, _ := b.ECDH(a.PublicKey())
		fmt.Println(c, err, hex.EncodeToString(a.PublicKey().Bytes()), hex.EncodeToString(x), bytes.Equal(x, y))
	}
	for _, c := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		key, _ := ecdsa.GenerateKey(c, rand.Reader)
		signature, err := ecdsa.SignASN1(rand.Reader, key, text[:28])
		fmt.Println(c.Params().Name, err, ecdsa.VerifyASN1(&key.PublicKey, text[:28], signature),
			ecdsa.VerifyASN1(&key.PublicKey, text[1:29], signature))
	}
	fmt.Printf("%x\n", ed25519.Sign(ed25519.NewKeyFromSeed(text[:32]), text[:100]))
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	fmt.Println(err, key.Validate())
}

func numbers() {
	x := new(big.Int).Exp(big.NewInt(3), big.NewInt(5000), nil)
	y := new(big.Int).Exp(big.NewInt(-7), big.NewInt(1501), nil)
	z := new(big.Int)
	fmt.Println(digest(z.Mul(x, y).Bytes()), digest(z.Quo(x, y).Bytes()), digest(z.Rem(x, y).Bytes()))
	fmt.Println(digest(z.Add(x, y).Bytes()), digest(z.Sub(y, x).Bytes()), digest(z.Sqrt(x).Bytes()))
	for _, s := range []uint{0, 1, 63, 64, 65, 1000, 9000} {
		fmt.Println(digest(new(big.Int).Lsh(x, s).Bytes()), digest(new(big.Int).Rsh(x, s).Bytes()))
	}
	fmt.Println(digest(z.GCD(nil, nil, x, z.Abs(y)).Bytes()), digest([]byte(x.String())), x.ProbablyPrime(3))
}

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func encodings() {
	h := hex.EncodeToString(text[:50])
	for _, s := range []string{h, "", "abc", "abg", "ag", "gb", "zz", h + "0", h + "x1", "ABCDEF"} {
		d, err := hex.DecodeString(s)
		fmt.Printf("%q %v\n", d, err)
	}
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding, base64.StdEncoding.Strict()} {
		for n := 0; n < 9; n++ {
			s := e.EncodeToString(text[3 : 3+n])
			for _, in := range []string{s, s[:n/2] + "\r\n" + s[n/2:], s + "*", s + "=", s + "A", "=" + s} {
				d, err := e.DecodeString(in)
				fmt.Printf("%q %q %v\n", in, d, err)
			}
		}
		fmt.Println(e.EncodeToString([]byte{0xfb, 0xff, 0xfe, 0x3e}))
	}
	try("hex encode", func() { hex.Encode(make([]byte, 5), text[:10]) })
	try("hex decode", func() { hex.Decode(make([]byte, 2), []byte("aabbccdd")) })
	for n := range 8 {
		try("base64 encode", func() { base64.StdEncoding.Encode(make([]byte, n), text[:5]) })
	}
}

func searching() {
	s := string(text) + "ende"
	for _, part := range []string{"", "e", "en", "ende", "tunnels; gophers", "nothing", strings.Repeat("gophers dig tunnels; ", 5), s} {
		fmt.Println(strings.Index(s, part), strings.LastIndex(s, part), strings.Count(s, part), bytes.Index([]byte(s), []byte(part)),
			strings.Index("", part), strings.Contains(s, part+"?"))
	}
	fmt.Println(strings.IndexAny("abcäö", "öz"), strings.IndexAny("日本語", "語本"), bytes.IndexAny([]byte("xyz"), "ÿz"))
	for _, s := range []string{"", "abc", "äöü€𝄞", "\xff", "a\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "ok\xe2\x82\xac\xe2\x82"} {
		fmt.Println(utf8.ValidString(s), utf8.Valid([]byte(s)), utf8.RuneCountInString(s), utf8.RuneCount([]byte(s)))
	}
}

func main() {
	hashes()
	ciphers()
	curves()
	numbers()
	encodings()
	searching()
}
