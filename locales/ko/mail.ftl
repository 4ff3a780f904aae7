mail-greeting = { $name } 님, 안녕하세요.
mail-subject-daily = 파트너 센터: 오늘의 새 소식 { $count }건
mail-subject-many = 파트너 센터: 새 소식 { $count }건
mail-more = 외 { $count }건
mail-why = 파트너 센터의 알림 설정에 따라 보내 드리는 메일입니다.
mail-change = 알림 설정 변경
