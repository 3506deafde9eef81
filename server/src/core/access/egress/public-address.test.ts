import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalHost } from "./canonical-host.ts";
import { isPermittedPrivateAddress, isPublicAddress } from "./public-address.ts";

test("classifies public addresses as public", () => {
  const open = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001::1",
    "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
  ];
  for (const address of open) assert.equal(isPublicAddress(address), true, address);
});

const privateOnly = [
  "10.0.0.0",
  "10.255.255.255",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.255",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "198.18.0.0",
  "198.19.255.255",
  "::1",
  "fc00::1",
  "fd12:3456::1",
  "fdff::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:10.0.0.1",
  "64:ff9b::10.0.0.1",
  "64:ff9b::7f00:1",
];
const never = [
  "0.0.0.0",
  "0.255.255.255",
  "169.254.169.254",
  "169.254.170.2",
  "169.254.0.0",
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  "192.0.2.1",
  "192.88.99.1",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::127.0.0.1",
  "::8.8.8.8",
  "::ffff:169.254.169.254",
  "64:ff9b::169.254.169.254",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:0:7f00:1::",
  "2001:20::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "2002:808:808::1",
  "3fff::1",
  "4000::1",
  "5f00::1",
  "fe80::1",
  "febf::1",
  "fec0::1",
  "fd00:ec2::254",
  "fd20:ce::254",
  "ff02::1",
  "fe80::1%eth0",
  "localhost",
  "",
  "1.2.3",
  "01.2.3.4",
  "1.2.3.4.5",
];

test("classifies special addresses as not public, including IPv4 addresses embedded in IPv6 ones", () => {
  for (const address of [...privateOnly, ...never]) assert.equal(isPublicAddress(address), false, address);
});

test("permits private addresses for an operator's private host, but never metadata or reserved addresses", () => {
  for (const address of privateOnly) assert.equal(isPermittedPrivateAddress(address), true, address);
  for (const address of never) assert.equal(isPermittedPrivateAddress(address), false, address);
});

test("recognizes a loopback address in every notation", () => {
  const spellings = [
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0x7f000001",
    "0X7F.0.0.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.1",
    "127.0.0.1.",
    "[::ffff:127.0.0.1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "１２７.0.0.1",
    "127。0。0。1",
    "[::1]",
  ];
  for (const spelling of spellings) {
    const host = canonicalHost(spelling);
    assert.ok(host !== null, spelling);
    assert.equal(isPermittedPrivateAddress(host), true, `${spelling} is recognized as an address`);
    assert.equal(isPublicAddress(host), false, spelling);
  }
});
