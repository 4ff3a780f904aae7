//! A tidy PSC export: every deal eligible, nothing missing.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

pub struct Files {
    pub accounts: PathBuf,
    pub users: PathBuf,
    pub deals: PathBuf,
}

const HEADER: &str = "Opportunity ID,Opportunity Name,Status,Business Type,Co-sell,Source,PSC Account ID,PSC Account Name,MPN ID,Customer Name,\
Customer Address Line 1,Customer Address Line 2,Customer City,Customer State,Customer Postal Code,Customer Country,Customer Contact First Name,\
Customer Contact Last Name,Customer Contact Phone,Customer Contact Email,Deal Value,Currency,Estimated Close Date,Expected Solution Close Date,\
Sales Stage,Deal Role,License Program,Customer Outcome,Products,Team Members,Assigned Seller,Microsoft Contact Name,Microsoft Contact Email,\
Microsoft Contact Phone,Marketing Campaign ID,CRM ID,Notes,Created Date,Last Modified Date";

const CUSTOMERS: [(&str, &str, &str, &str, &str, &str); 4] = [
    ("한울전자 주식회사", "테헤란로 152", "서울", "06236", "KR", "KRW"),
    ("Litware Corporation", "12 Lake Road", "Portland", "97201", "US", "USD"),
    ("Proseware GmbH", "Hafenstraße 8", "Hamburg", "20457", "DE", "EUR"),
    ("Fourth Coffee", "3 Mill Lane", "Leeds", "LS1", "GB", "GBP"),
];
const NAMES: [&str; 4] = ["클라우드 이전 사업", "Data platform renewal", "Field service rollout", "Analytics pilot"];

/// Writes the three files; the same number of deals gives the same bytes.
pub fn write(folder: &Path, deals: u64) -> io::Result<Files> {
    let files = Files { accounts: folder.join("accounts.csv"), users: folder.join("users.csv"), deals: folder.join("deals.csv") };
    let mut out = BufWriter::new(File::create(&files.accounts)?);
    write!(out, "PSC Account ID,Account Name,MPN ID,Country\r\n")?;
    for n in 0..5 {
        write!(out, "PA-{},Fabrikam {n},{},KR\r\n", 1000 + n, 4_512_345 + n)?;
    }
    let mut out = BufWriter::new(File::create(&files.users)?);
    write!(out, "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n")?;
    for n in 0..60 {
        write!(out, "PU-{n},Ji,Kim,person{n}@fabrikam.example,PA-1000,Fabrikam 0,Seller\r\n")?;
    }
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&files.deals)?);
    write!(out, "{HEADER}\r\n")?;
    for n in 0..deals {
        deal(&mut out, n)?;
    }
    out.flush()?;
    Ok(files)
}

fn deal(out: &mut impl Write, n: u64) -> io::Result<()> {
    // Scattered, so that neighbours differ; no randomness needed.
    let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    let (customer, line1, city, postal, country, currency) = CUSTOMERS[(mixed % 4) as usize];
    let name = NAMES[(mixed / 4 % 4) as usize];
    let (account, day, month) = (mixed / 16 % 5, 1 + mixed % 28, 1 + mixed / 28 % 12);
    let co_sell = mixed % 10 < 6;
    let inbound = mixed / 7 % 100 < 35;
    let contact =
        if co_sell && (inbound || mixed % 5 < 2) { "Sam Seller,sam.seller@microsoft.example,+1 425 555 0100" } else { ",," };
    write!(
        out,
        "7-{n:012},{name} {n},Open,Co-sell,{},{},PA-{},Fabrikam {account},{},{customer},{line1},,{city},,{postal},{country},Jane,Doe,\
         +82 2 1234 5678,contact@customer.example,{},{currency},{month:02}/{day:02}/2027,,{},ISV,CSP,,SOL-34104-EBB;MS-AZURE|{}|{},",
        if co_sell { "Yes" } else { "No" },
        if inbound { "Microsoft" } else { "Partner" },
        1000 + account,
        4_512_345 + account,
        (1 + mixed % 4000) * 250,
        [10, 20, 40, 60, 80][(mixed / 3 % 5) as usize],
        1 + mixed % 50,
        10 + mixed % 900
    )?;
    write!(
        out,
        "\"Jane,Doe,+82 10 0000 0002,person2@fabrikam.example;서연,이,+82 10 0000 0001,person1@fabrikam.example\",person{}@fabrikam.example,\
         {contact},,CRM-{n},,2026-{month:02}-{day:02}T09:00:00Z,2026-11-01T00:00:00Z\r\n",
        mixed % 7
    )
}
