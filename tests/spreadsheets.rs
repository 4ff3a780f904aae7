//! Every file that people open in a spreadsheet program, opened in one (LibreOffice, without a screen): what looks like a formula is text.
//! Runs with `TESTS_OFFICE=1` where `soffice` is installed (Debian: `libreoffice-calc`). A file of a real formula, opened in the same way,
//! has to be found out first.

use std::{fmt::Write, path::Path, process::Command};

use partner_portal::{
    auth::Origin,
    demo,
    ids::OrganisationId,
    migration::deals::service as migration,
    psc::import::{DealColumn as C, Export, service as imports},
};
use sqlx::PgPool;

use crate::{
    psc::support::{deal, deals},
    support::{PASSWORD, TestApp},
};

const FORMULAS: [&str; 8] = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "=cmd|' /C calc'!A0",
    "\u{ff1d}1+1",
    "\"=1+1",
];
/// Comma, quote, UTF-8, from the first line; numbers are recognised and formulas evaluated: the most that the program does by itself or when
/// told to.
const CSV: &str = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true";

/// How many cells of a file are formulas, and its texts.
fn open(folder: &Path, name: &str, bytes: &[u8]) -> (usize, String) {
    let file = folder.join(name);
    std::fs::write(&file, bytes).unwrap();
    let mut command = Command::new("soffice");
    command.arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()));
    command
        .args(["--headless", "--convert-to", "fods", "--outdir"])
        .arg(folder.join("out"));
    if Path::new(name).extension().is_some_and(|extension| extension == "csv") {
        command.arg(format!("--infilter={CSV}"));
    }
    let done = command.arg(&file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let opened = std::fs::read_to_string(folder.join("out").join(name).with_extension("fods")).unwrap();
    (
        opened.matches("table:formula=").count() + opened.matches("xlink:href=\"http://evil").count(),
        opened,
    )
}

#[sqlx::test(migrations = false)]
async fn no_file_holds_a_formula(db: PgPool) {
    if std::env::var("TESTS_OFFICE").is_err() {
        eprintln!("not asked for: TESTS_OFFICE=1");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (formulas, _) = open(
        folder.path(),
        "control.csv",
        b"a,b\r\n=1+1,\"=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\"\r\n",
    );
    assert!(formulas >= 2, "the program finds formulas where there are some: {formulas}");

    let app = TestApp::new(db).await;
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let organisation: OrganisationId = sqlx::query_scalar("select organisation_id from organisations where mpn_id = '4512345'")
        .fetch_one(app.db())
        .await
        .unwrap();
    // Some migrate, some stay, and one is rejected.
    let rows = FORMULAS.iter().enumerate().flat_map(|(n, formula)| {
        let of = |id: String, status: &str| {
            let columns = [
                C::Name,
                C::AccountName,
                C::CustomerName,
                C::CustomerCity,
                C::ContactFirstName,
                C::Notes,
                C::CrmId,
                C::CampaignId,
                C::DealRole,
                C::LicenseProgram,
                C::CustomerOutcome,
                C::AssignedSeller,
            ];
            let mut changes: Vec<(C, &str)> = columns.into_iter().map(|column| (column, *formula)).collect();
            changes.extend([
                (C::Status, status),
                (C::Created, "2026-05-01T09:00:00Z"),
                (C::MpnId, "4512345"),
                (C::Currency, formula),
            ]);
            deal(&id, &changes)
        };
        [
            of(format!("F-{n}"), "Open"),
            of(format!("W-{n}"), "Won"),
            of(formula.to_string(), "Open"),
            of(format!("R-{n}"), formula),
        ]
    });
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut accounts = "PSC Account ID,Account Name,MPN ID,Country\r\n".to_owned();
    let mut users = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n".to_owned();
    for (n, formula) in FORMULAS.iter().enumerate() {
        let text = quoted(formula);
        write!(accounts, "A-{n},{text},4512345,KR\r\n").unwrap();
        write!(users, "U-{n},{text},{text},{text},A-{n},{text},Seller\r\n").unwrap();
    }
    let export = tempfile::tempdir().unwrap();
    for (name, text) in [("accounts.csv", accounts), ("users.csv", users), ("deals.csv", deals(rows))] {
        std::fs::write(export.path().join(name), text).unwrap();
    }
    let clock = &app.app.clock;
    let import = imports::take_in(app.db(), clock, organisation, None, Export::in_folder(export.path()))
        .await
        .unwrap();
    let mut files: Vec<String> = [
        format!("/psc/imports/{import}/problems.csv"),
        "/psc/deals.csv".into(),
        "/psc/export/accounts.csv".into(),
        "/psc/export/users.csv".into(),
        "/psc/export/deals.csv".into(),
        "/migration/users/list.csv".into(),
        "/migration/deals/list.csv".into(),
    ]
    .into();
    let run = migration::start(app.db(), &app.app.queue, clock, organisation, Origin::default(), false)
        .await
        .unwrap();
    app.run_jobs().await;
    files.extend(["csv", "xlsx"].map(|kind| format!("/migration/deals/runs/{run}/report.{kind}")));
    let mut account_admin = app.sign_in("account-admin@fabrikam.example").await;
    let mut referrals_admin = app.sign_in("referrals-admin@fabrikam.example").await;
    for (n, path) in files.iter().enumerate() {
        let mut answer = account_admin.get(path).await;
        if !answer.status.is_success() {
            answer = referrals_admin.get(path).await;
        }
        assert!(answer.status.is_success(), "{path}: {}", answer.status);
        let kind = path.rsplit('.').next().unwrap();
        let (formulas, texts) = open(folder.path(), &format!("file{n}.{kind}"), &answer.body);
        assert_eq!(formulas, 0, "{path}");
        assert!(
            texts.contains("1+1") || path.ends_with("deals/list.csv"),
            "{path} has the texts that are looked for"
        );
    }
}
