package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
)

// keys are how a backup is encrypted: for the owners of age keys, or by a passphrase.
type keys struct {
	recipients words
	identity   string
	passphrase string
}

// words is a flag that may be given several times, each with several words between commas.
type words []string

func (w *words) String() string { return strings.Join(*w, ",") }
func (w *words) Set(s string) error {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*w = append(*w, part)
		}
	}
	return nil
}

func (k *keys) sealing(fs *flag.FlagSet) {
	fs.Var(&k.recipients, "recipient", "encrypt for this age key (age1…); several are allowed")
	fs.StringVar(&k.passphrase, "passphrase-file", "", "encrypt with the passphrase in this file")
}

func (k *keys) opening(fs *flag.FlagSet) {
	fs.StringVar(&k.identity, "identity", "", "file with the age key that opens an encrypted backup")
	fs.StringVar(&k.passphrase, "passphrase-file", "", "file with the passphrase of an encrypted backup")
}

func (k *keys) phrase() (string, error) {
	b, err := os.ReadFile(k.passphrase)
	if err != nil {
		return "", err
	}
	s := strings.TrimRight(string(b), "\r\n")
	if s == "" {
		return "", &usage{k.passphrase + " is empty; write the passphrase into it"}
	}
	return s, nil
}

// seal encrypts what is written to w, when asked to.
func (k *keys) seal(w io.Writer) (io.WriteCloser, error) {
	if k.passphrase != "" {
		if len(k.recipients) > 0 {
			return nil, &usage{"--recipient and --passphrase-file do not go together"}
		}
		s, err := k.phrase()
		if err != nil {
			return nil, err
		}
		r, err := age.NewScryptRecipient(s)
		if err != nil {
			return nil, err
		}
		return age.Encrypt(w, r)
	}
	if len(k.recipients) == 0 {
		return plain{w}, nil
	}
	var to []age.Recipient
	for _, s := range k.recipients {
		r, err := age.ParseX25519Recipient(s)
		if err != nil {
			return nil, &usage{fmt.Sprintf("--recipient %s: %v", s, err)}
		}
		to = append(to, r)
	}
	return age.Encrypt(w, to...)
}

type plain struct{ io.Writer }

func (plain) Close() error { return nil }

const sealedHead = "age-encryption.org/v1\n"

// open reads a backup, decrypting it where it is encrypted.
func (k *keys) open(f io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(f, 1<<20)
	head, err := in.Peek(len(sealedHead))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(head, []byte(sealedHead)) {
		return in, nil
	}
	var ids []age.Identity
	switch {
	case k.identity != "":
		b, err := os.ReadFile(k.identity)
		if err != nil {
			return nil, err
		}
		if ids, err = age.ParseIdentities(bytes.NewReader(b)); err != nil {
			return nil, &usage{fmt.Sprintf("--identity %s: %v", k.identity, err)}
		}
	case k.passphrase != "":
		s, err := k.phrase()
		if err != nil {
			return nil, err
		}
		id, err := age.NewScryptIdentity(s)
		if err != nil {
			return nil, err
		}
		ids = []age.Identity{id}
	default:
		return nil, &usage{"the backup is encrypted; name its key with --identity or --passphrase-file"}
	}
	out, err := age.Decrypt(in, ids...)
	if err != nil {
		return nil, &refused{[]string{"the backup cannot be opened with this key: " + err.Error()}}
	}
	return out, nil
}
