variable project_name
set project_name "myproject"
variable part
set part "xczu7ev-ffvc1156-2-e"
variable clock_period
set clock_period 4
variable version
set version "1.0.0"
