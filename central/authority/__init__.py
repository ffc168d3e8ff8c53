"""The agency's offline office: certificates, roster, enrolment, number blocks; rule packs authored, proved, signed."""
