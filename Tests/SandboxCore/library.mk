# The test of the libraries: make -f library.mk library | library-asan
include Makefile
.DEFAULT_GOAL := library
.PHONY: library library-asan

library: $(OUT)/library_test
	$(OUT)/library_test

library-asan: $(OUT)/library_test-asan
	$(OUT)/library_test-asan

$(OUT)/library_test: library_test.c support.c $(CORE_SOURCES) $(HEADERS) | $(OUT)
	$(CC) $(FLAGS) -O2 -DSC_TEST_HOOKS library_test.c support.c $(CORE_SOURCES) -o $@ $(LIBS)

$(OUT)/library_test-asan: library_test.c support.c $(CORE_SOURCES) $(HEADERS) | $(OUT)
	$(CLANG) $(FLAGS) $(SANITIZE) -DSC_TEST_HOOKS -DSLOW_BUILD library_test.c support.c $(CORE_SOURCES) -o $@ $(LIBS)
