// Command peer speaks gNOI and gNMI with the definitions that OpenConfig publishes for Go, and with none of Vecino's
// code: a client for simulated routers and a target for Vecino's own client.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

// identity is what both sides need for mutual TLS: PEM files.
type identity struct {
	ca, cert, key string
}

func (i *identity) register(flags *flag.FlagSet) {
	flags.StringVar(&i.ca, "ca", "", "PEM file of the authority to believe")
	flags.StringVar(&i.cert, "cert", "", "PEM file of the own certificate")
	flags.StringVar(&i.key, "key", "", "PEM file of its key")
}

func (i *identity) load() (tls.Certificate, *x509.CertPool, error) {
	pair, err := tls.LoadX509KeyPair(i.cert, i.key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	pem, err := os.ReadFile(i.ca)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return tls.Certificate{}, nil, fmt.Errorf("%s holds no certificate", i.ca)
	}
	return pair, pool, nil
}

// say prints one event as a line of JSON.
func say(event map[string]any) {
	line, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

func main() {
	run := map[string]func([]string) error{"upgrade": upgrade, "target": serveTarget}
	if len(os.Args) < 2 || run[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: peer upgrade|target [flags]")
		os.Exit(2)
	}
	if err := run[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
