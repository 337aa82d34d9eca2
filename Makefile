# Each command does its own set-up. `make run` starts the demo, `make test` runs every test.
PORT ?= 8080
DATA ?= data
FUZZ_SECONDS ?= 60

.PHONY: help run build test bench lint format reference fuzz clean

help:
	@echo 'make run            builds and starts the demo (PORT=8080 DATA=data)'
	@echo 'make test           every test there is'
	@echo 'make bench          the benchmarks, as a table and as bench/results.json'
	@echo 'make lint           the checks of style; make format mends formatting'
	@echo 'make reference      writes the generated part of sdk-docs/lua-reference.md'
	@echo 'make fuzz           the fuzzers, FUZZ_SECONDS=60 each'
	@echo 'make clean          removes what was built, but no data'

run: build
	@exec .build/release/stoa serve --demo --data '$(DATA)' --listen '127.0.0.1:$(PORT)'

build:
	@scripts/setup
	@scripts/build --product stoa-sandbox
	@scripts/build --product stoa
	@web/build.sh

test:
	@scripts/test

bench:
	@scripts/bench

lint:
	@scripts/setup
	@scripts/lint

format:
	@scripts/setup
	@swift format --in-place --recursive --parallel --configuration .swift-format Sources Tests Package.swift

reference: build
	@scripts/reference

fuzz:
	@scripts/setup
	@$(MAKE) --no-print-directory -C Tests/SandboxCore fuzz FUZZ_SECONDS='$(FUZZ_SECONDS)'

clean:
	@rm -rf .build web/dist .venv bench/peers/rtbot bench/peers/rtload
	@if [ -f Tests/SandboxCore/Makefile ]; then $(MAKE) --no-print-directory -C Tests/SandboxCore clean; fi
