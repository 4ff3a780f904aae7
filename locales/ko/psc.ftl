# PSC 내보내기 파일 가져오기. $column: 파일에 적힌 열 이름, $value: 적혀 있던 값, $line: 파일의 줄 번호(1부터)

psc-import-state-reading = 파일을 읽는 중
psc-import-state-done = 가져왔습니다: 거래 { $deals }건, 거부된 행 { $rejected }건.
psc-import-state-refused = 거부됨
psc-import-state-failed = 중단됨

## 거부된 행

psc-problem-field-count = 행의 필드 수가 머리글과 다릅니다(실제 / 예상: { $value }).
psc-problem-nul = { $column } 열에 널 문자가 있습니다.
psc-problem-no-id = { $column } 열이 비어 있어 다른 행과 구별할 수 없습니다.
psc-problem-duplicate-id = 같은 { $column } 값이 { $value }번째 줄에 이미 있습니다. 먼저 나온 행만 가져왔습니다.
psc-problem-too-long = { $column } 값이 너무 깁니다.
psc-problem-unknown-status = { $column } 값이 “{ $value }”입니다. Open, Won, Lost, Closed - Duplicate만 사용할 수 있습니다.
psc-problem-unknown-business = { $column } 값이 “{ $value }”입니다. Co-sell, Solution Assessment, OEM Licensing, OEM IoT만 사용할 수 있습니다.
psc-problem-unknown-co-sell = { $column } 값이 “{ $value }”입니다. Yes 또는 No만 사용할 수 있습니다.
psc-problem-unknown-source = { $column } 값이 “{ $value }”입니다. Microsoft 또는 Partner만 사용할 수 있습니다.
psc-problem-unknown-role = { $column } 값이 “{ $value }”입니다. Admin, Deal manager, Seller만 사용할 수 있습니다.
psc-problem-unreadable-created = { $column } 값 “{ $value }”은(는) 2021-04-10T09:00:00Z와 같은 날짜가 아닙니다. 이 날짜가 없으면 적격 거래인지 판단할 수 없습니다.

## 경고: 해당 정보를 빼고 가져온 행

psc-problem-unreadable-value = { $column } 값 “{ $value }”은(는) 1250 또는 1250.50과 같은 숫자가 아닙니다. 거래 금액이 누락되었습니다.
psc-problem-unknown-currency = { $column } 값 “{ $value }”은(는) USD와 같은 ISO 4217 통화 코드가 아닙니다. 통화가 누락되었습니다.
psc-problem-unreadable-close-date = { $column } 값 “{ $value }”은(는) 07/31/2021과 같은 날짜가 아닙니다. 예상 마감일이 누락되었습니다.
psc-problem-unreadable-solution-close-date = { $column } 값 “{ $value }”은(는) 07/31/2021과 같은 날짜가 아닙니다. 이 값은 제외했습니다.
psc-problem-unreadable-stage = { $column } 값이 “{ $value }”입니다. 10, 20, 40, 60, 80, 100만 사용할 수 있습니다. 영업 단계는 제외했습니다.
psc-problem-unreadable-modified = { $column } 값 “{ $value }”은(는) 2021-04-10T09:00:00Z와 같은 날짜가 아닙니다. 이 값은 제외했습니다.
psc-problem-unreadable-product = { $column }: “{ $value }”은(는) ID 또는 ID|수량|가격 형식이 아닙니다. 읽을 수 있는 부분만 가져왔습니다.
psc-problem-unreadable-quantity = { $column }: “{ $value }”의 수량이 숫자가 아닙니다. 수량 없이 제품을 가져왔습니다.
psc-problem-unreadable-price = { $column }: “{ $value }”의 가격이 숫자가 아닙니다. 가격 없이 제품을 가져왔습니다.
psc-problem-unreadable-member = { $column }: “{ $value }”에 이름, 성, 전화, 메일의 네 항목이 모두 있지 않습니다. 읽을 수 있는 부분만 가져왔습니다.
psc-problem-unknown-country = { $column } 값 “{ $value }”은(는) KR과 같은 두 글자 국가 코드가 아닙니다. 고객 정보가 불완전합니다.

## 사용할 수 없는 파일. $file: 파일 이름, $columns: 열 이름

psc-refusal-empty = { $file } 파일이 비어 있습니다.
psc-refusal-workbook = { $file } 파일은 Excel 통합 문서입니다. “CSV UTF-8(쉼표로 분리)” 형식으로 저장한 후 다시 업로드하세요.
psc-refusal-encoding = { $file } 파일의 { $line }번째 줄은 UTF-8, UTF-16, CP949 중 어느 것으로도 읽을 수 없습니다. “CSV UTF-8” 형식으로 저장한 후 다시 업로드하세요.
psc-refusal-missing-columns = { $file } 파일에 다음 열이 없습니다: { $columns }. 모든 열을 포함하여 다시 내보내세요.
psc-refusal-duplicate-columns = { $file } 파일에 다음 열이 두 번 이상 있습니다: { $columns }.
psc-refusal-too-many-columns = { $file } 파일의 { $line }번째 줄에 필드가 512개를 넘습니다. PSC에서 내보낸 파일이 아닙니다.
psc-refusal-unclosed-quote = { $file } 파일의 { $line }번째 줄에서 시작하는 행에 닫히지 않은 따옴표가 있습니다.
psc-refusal-row-too-long = { $file } 파일의 { $line }번째 줄에서 시작하는 행이 1MiB보다 깁니다. 닫히지 않은 따옴표가 있을 수 있습니다.
